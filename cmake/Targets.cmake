# kairo_library(NAME [TORCH] [LINK lib...] [EXCEPT file...]): one static library from the sources
# of this folder, which are found, not listed.
# TORCH: uses LibTorch and the shared precompiled header. A room without it compiles in seconds.
function(kairo_library name)
  cmake_parse_arguments(ARG "TORCH" "" "LINK;EXCEPT" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  foreach(file ${ARG_EXCEPT})
    list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endforeach()
  if(NOT sources)
    message(FATAL_ERROR "${name}: no sources in ${CMAKE_CURRENT_SOURCE_DIR}")
  endif()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
  if(ARG_TORCH)
    kairo_use_torch(${name})
  endif()
endfunction()

# LibTorch's headers cost 30 s a file when read anew; the precompiled one is built once.
function(kairo_use_torch target)
  target_link_libraries(${target} PUBLIC kairo_torch)
  target_precompile_headers(${target} REUSE_FROM kairo_pch)
endfunction()

file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/pch.cpp
  CONTENT "// Carries the precompiled header; nothing else.\n")
add_library(kairo_pch STATIC ${CMAKE_BINARY_DIR}/pch.cpp)
target_link_libraries(kairo_pch PUBLIC kairo_torch)
target_include_directories(kairo_pch PUBLIC ${CMAKE_SOURCE_DIR})
target_precompile_headers(kairo_pch PRIVATE <torch/types.h> <torch/utils.h> <torch/autograd.h>)
