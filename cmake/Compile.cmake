# How the project compiles itself: launcher, warnings, sanitizers.
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
