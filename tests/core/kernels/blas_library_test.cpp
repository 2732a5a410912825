#include "core/kernels/blas_library.h"

#include <gtest/gtest.h>

namespace kairo {
namespace {

TEST(BlasLibrary, TheReferenceIsLibblasInNoOthersFolder) {
  EXPECT_TRUE(is_reference_blas("blas/libblas.so.3.11.0"));
  EXPECT_TRUE(is_reference_blas("lib64/libblas.so.3"));
  EXPECT_FALSE(is_reference_blas("openblas-openmp/libblas.so.3"));
  EXPECT_FALSE(is_reference_blas("blis-openmp/libblas.so.3"));
  EXPECT_FALSE(is_reference_blas("atlas/libblas.so.3"));
  EXPECT_FALSE(is_reference_blas("openblas-openmp/libopenblasp-r0.3.21.so"));
  EXPECT_FALSE(is_reference_blas("lib/libtorch_cpu.so"));
  EXPECT_FALSE(is_reference_blas(""));
}

TEST(BlasLibrary, IsFoundAndIsNotTheReferenceAfterSetUp) {
  EXPECT_NE(blas_library(), "") << "LibTorch's plain products come from somewhere";
  EXPECT_FALSE(is_reference_blas(blas_library())) << blas_library() << ": see scripts/setup.sh";
}

}  // namespace
}  // namespace kairo
