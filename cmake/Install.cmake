# What `cmake --install` gives who writes programs of their own: static libraries, headers and the CMake
# package Kairoscope (see examples/).
include(CMakePackageConfigHelpers)
set(package lib/cmake/Kairoscope)

install(TARGETS kairo_base kairo_hooks kairo_config kairo_files kairo_store kairo_text kairo_data kairo_kernels
                kairo_model kairo_circuits kairo_exchange kairo_run kairo_training kairo_probes kairo_analysis kairo_studies kairo_study_probes
        EXPORT Kairoscope ARCHIVE DESTINATION lib/kairoscope)
install(EXPORT Kairoscope NAMESPACE Kairoscope:: DESTINATION ${package} FILE KairoscopeTargets.cmake)
foreach(room core hooks training probes analysis studies)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/${room} DESTINATION include/kairoscope FILES_MATCHING PATTERN *.h)
endforeach()
configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/KairoscopeConfig.cmake.in
  ${CMAKE_BINARY_DIR}/KairoscopeConfig.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/KairoscopeConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/KairoscopeConfig.cmake ${CMAKE_BINARY_DIR}/KairoscopeConfigVersion.cmake
              ${CMAKE_SOURCE_DIR}/cmake/Dependencies.cmake ${CMAKE_SOURCE_DIR}/cmake/LibTorch.cmake
        DESTINATION ${package})
