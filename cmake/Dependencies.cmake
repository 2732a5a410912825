# Every library the project stands on, found once. scripts/setup.sh installs them on Debian 12.
find_package(Threads REQUIRED)
find_package(HDF5 REQUIRED COMPONENTS CXX)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(spdlog REQUIRED)
find_package(Eigen3 REQUIRED)
find_package(Boost REQUIRED)  # Math: headers alone
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_library(KAIRO_DNNL dnnl REQUIRED)
find_library(KAIRO_CRYPTO crypto REQUIRED)
find_library(KAIRO_PCRE2 pcre2-8 REQUIRED)
find_library(KAIRO_UTF8PROC utf8proc REQUIRED)

add_library(kairo_hdf5 INTERFACE)
target_include_directories(kairo_hdf5 SYSTEM INTERFACE ${HDF5_INCLUDE_DIRS})
target_link_libraries(kairo_hdf5 INTERFACE ${HDF5_CXX_LIBRARIES} ${HDF5_LIBRARIES})

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Lets ccache see through precompiled headers.
  add_compile_options(-fpch-preprocess)
endif()
find_program(KAIRO_CCACHE ccache)
if(KAIRO_CCACHE)
  # What one folder has compiled another finds: paths are made relative, and -g's folder is not hashed.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${KAIRO_CCACHE})
endif()

add_compile_options(-Wall -Wextra)
if(KAIRO_NATIVE)
  add_compile_options(-march=native)
endif()
if(KAIRO_SANITIZE)
  add_compile_options(-fsanitize=${KAIRO_SANITIZE} -fno-omit-frame-pointer)
  # gcc 12 with sanitizers warns of libstdc++'s own <regex>.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  add_link_options(-fsanitize=${KAIRO_SANITIZE})
endif()
