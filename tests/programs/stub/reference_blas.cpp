// Stands for the reference BLAS: a libblas that has a matrix product. Nothing calls it.
extern "C" void sgemm_() {}
