# Every library the project stands on, found once; installed beside the libraries, for who builds against them.
# scripts/setup.sh installs them on Debian 12.
find_package(Threads REQUIRED)
find_package(HDF5 REQUIRED COMPONENTS CXX)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(Eigen3 REQUIRED)
find_package(Boost REQUIRED)  # Math: headers alone
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_library(KAIRO_DNNL dnnl REQUIRED)
find_library(KAIRO_CRYPTO crypto REQUIRED)
find_library(KAIRO_PCRE2 pcre2-8 REQUIRED)
find_library(KAIRO_UTF8PROC utf8proc REQUIRED)

# IMPORTED: found, not built, so that an exported library may name it.
add_library(kairo_hdf5 INTERFACE IMPORTED GLOBAL)
target_include_directories(kairo_hdf5 SYSTEM INTERFACE ${HDF5_INCLUDE_DIRS})
target_link_libraries(kairo_hdf5 INTERFACE ${HDF5_CXX_LIBRARIES} ${HDF5_LIBRARIES})
