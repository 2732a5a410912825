# LibTorch as the target kairo_torch: Debian's 1.13 (found by CMake), or, with KAIRO_LIBTORCH2, that of
# pip's torch 2.x in a virtual environment. The latter by explicit path: find_package(Torch) finds
# Debian's first and then mixes the two. See docs/building.md.
option(KAIRO_LIBTORCH2 "Build against pip's torch 2.x, in the environment KAIRO_TORCH_VENV" OFF)
set(KAIRO_TORCH_VENV "" CACHE PATH "Virtual environment that has pip's torch")

add_library(kairo_torch INTERFACE IMPORTED GLOBAL)
if(KAIRO_LIBTORCH2)
  file(GLOB folder ${KAIRO_TORCH_VENV}/lib/python3.*/site-packages/torch)
  if(NOT KAIRO_TORCH_VENV OR NOT EXISTS "${folder}/lib/libtorch_cpu.so")
    message(FATAL_ERROR "no torch/lib/libtorch_cpu.so under KAIRO_TORCH_VENV='${KAIRO_TORCH_VENV}': "
      "python3 -m venv FOLDER && FOLDER/bin/pip install torch, then KAIRO_TORCH_VENV=FOLDER cmake --preset libtorch2")
  endif()
  # Among its headers are another oneDNN's and another fmt's: those of the libraries we link go first.
  set(own_headers ${CMAKE_BINARY_DIR}/own_headers)
  file(MAKE_DIRECTORY ${own_headers})
  foreach(header oneapi/dnnl/dnnl.hpp fmt/format.h)
    string(REGEX REPLACE "/.*" "" library ${header})
    find_path(KAIRO_PREFIX_${library} ${header} REQUIRED)
    file(CREATE_LINK ${KAIRO_PREFIX_${library}}/${library} ${own_headers}/${library} SYMBOLIC)
  endforeach()
  target_include_directories(kairo_torch SYSTEM INTERFACE
    ${own_headers} ${folder}/include ${folder}/include/torch/csrc/api/include)
  # libtorch.so is needed though nothing names a symbol of it: it loads the CUDA half where there is one.
  # oneDNN goes first, as an option since CMake would move a library: libtorch_cpu exports instances of
  # std::call_once from the oneDNN 3.x inside it under the names of ours, and ours fails ("status 3")
  # where it is bound to them.
  target_link_options(kairo_torch INTERFACE LINKER:--no-as-needed ${KAIRO_DNNL})
  target_link_libraries(kairo_torch INTERFACE
    ${folder}/lib/libtorch.so ${folder}/lib/libtorch_cpu.so ${folder}/lib/libc10.so)
else()
  find_package(Torch REQUIRED)
  target_include_directories(kairo_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
  target_link_libraries(kairo_torch INTERFACE ${TORCH_LIBRARIES})
endif()
target_link_libraries(kairo_torch INTERFACE OpenMP::OpenMP_CXX Threads::Threads)
