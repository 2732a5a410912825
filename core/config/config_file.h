// Configuration: YAML files with a parent (`defaults: base`), then command line overrides, assigned
// to the Options bound under each section, with where every value came from.
//
//   ConfigBinder binder;
//   binder.bind("model", options.model);
//   binder.load("k10_n1000", {"data.k=20"});
//   std::cout << binder.to_yaml(true);
//
// Search (core/config/config_search.h): the name as a path; then configs/NAME here, then in the
// installed configs; with and without ".yaml". `defaults:` is searched for beside the file that
// names it first.
// Values: numbers are decimal; an integer may be written 2e4, being exactly integral; null is the
// choice "none" where there is one. In a list field an override may be a,b or [a, b]. Of overrides
// of one key the last counts. A section may also be written with dots ("data.k: 20").
// Errors (kConfig): missing file (with the nearest names), unknown key, wrong type, out of range, a
// key given twice; each with file and line, or "override data.k=20", what was expected, and the
// nearest key. All wrong keys and values are told at once.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/config/config_search.h"
#include "core/config/fields.h"

namespace kairo {

struct Setting;

// Where a field's value came from: "default", "configs/base.yaml:12" or "command line".
using Provenance = std::map<std::string, std::string>;  // by path

class ConfigBinder {
 public:
  // Binds under `section` ("model", "probes.logit_lens"); `options` must outlive the binder.
  void bind(const std::string& section, Options& options);
  // Binds each under its name, in this order.
  void bind(const Sections& sections);

  // Keys below `section` that no bound options have are left to the program that knows them: sweep
  // hands probes.logit_lens.positions on without knowing the probes.
  void pass_over(const std::string& section) { passed_over_.push_back(section + "."); }

  // Reads `name` (may be empty: defaults alone), its parents, then `overrides` ("data.k=20"; lists
  // as "a,b" or "[a, b]"), and assigns. Nothing is assigned if anything is wrong. An override
  // without "=" is kUsage.
  void load(const std::string& name, const std::vector<std::string>& overrides);

  // Of every path; empty before the first load.
  const Provenance& provenance() const { return provenance_; }

  // The YAML of all values, without `defaults:`; with `with_provenance` each line has its origin as
  // a comment. Loading it again gives equal values.
  std::string to_yaml(bool with_provenance) const;

  // Every path with its type, range or choices, present value and help, for --help-config (before
  // load the present values are the defaults). Lines of at most `width` characters. Only of paths
  // that begin with `prefix` ("probes.logit_lens"); kUsage where none does.
  std::string help(std::size_t width = 80, const std::string& prefix = "") const;

  std::vector<std::string> paths() const;

 private:
  bool is_passed_over(const std::string& path) const;
  void require_right(const std::vector<Setting>& settings) const;
  void require_known(const Setting& setting, const std::vector<std::string>& known) const;

  Sections sections_;
  std::vector<std::string> passed_over_;  // "probes."
  Provenance provenance_;
};

}  // namespace kairo
