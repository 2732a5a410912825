#include "core/config/yaml_source.h"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "core/base/error.h"
#include "core/config/config_search.h"
#include "core/config/field_values.h"

namespace kairo {
namespace {

// Far above any config, far below what makes a parser slow.
constexpr std::size_t kMostBytes = std::size_t{1} << 20;
constexpr char kParentKey[] = "defaults";

[[noreturn]] void fail(const std::string& where, const std::string& expected,
                       const std::string& came, const std::string& hint = "") {
  throw Error(ErrorKind::kConfig).at(where).expected(expected).came(came).hint(hint);
}

std::string at_line(const std::string& file, const YAML::Mark& mark) {
  return mark.is_null() ? file : file + ":" + std::to_string(mark.line + 1);
}

std::string read_limited(const std::string& file) {
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  std::string text(kMostBytes + 1, '\0');
  if (stream) stream.read(&text[0], static_cast<std::streamsize>(text.size()));
  if (!stream && !stream.eof()) {
    fail(file, "",
         std::string("the file cannot be read: ") +
             (errno == 0 ? "a read error" : std::strerror(errno)));
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > kMostBytes)
    fail(file, "", "the file is larger than 1 MiB, the most a config may have");
  return text;
}

// Counts a text's documents, and builds nothing.
class DocumentCounter : public YAML::EventHandler {
 public:
  int count = 0;

  void OnDocumentStart(const YAML::Mark&) override { ++count; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

// One file: its settings, and the parent that it names.
class FileReader {
 public:
  FileReader(std::string file, const std::set<std::string>& sections)
      : file_(std::move(file)), sections_(sections) {
    const YAML::Node root = read_yaml(file_);
    read_section(root, "", file_);
    refuse_empty();
  }

  std::vector<Setting> settings;
  std::string parent;  // "" without one
  std::string parent_where;

 private:
  // True for "probes" too where only "probes.logit_lens" is a section.
  bool is_section(const std::string& path) const {
    if (sections_.count(path) > 0) return true;
    const auto below = sections_.lower_bound(path + ".");
    return below != sections_.end() && below->rfind(path + ".", 0) == 0;
  }

  // A config without a single key is a mistake: it would train the default experiment.
  void refuse_empty() const {
    if (!settings.empty() || !parent_where.empty()) return;
    throw Error(ErrorKind::kConfig)
        .at(file_)
        .fact("this file sets no key")
        .hint("set at least one, or name the config it begins with: defaults: base");
  }

  void read_section(const YAML::Node& node, const std::string& path, const std::string& where) {
    if (node.IsNull()) return;
    if (!node.IsMap()) {
      fail(where, path.empty() ? "sections (model:, data:, ...)" : "a section of keys",
           node.IsSequence() ? "a list" : shown(node.Scalar()));
    }
    for (const auto& entry : node) {
      const std::string at = at_line(file_, entry.first.Mark());
      if (!entry.first.IsScalar())
        fail(at, "", "the name of this key is not one word", "write key: value");
      read_entry(path.empty() ? entry.first.Scalar() : path + "." + entry.first.Scalar(),
                 entry.second, at);
    }
  }

  void read_entry(const std::string& path, const YAML::Node& value, const std::string& at) {
    const auto [first, is_new] = first_given_.emplace(path, at);
    if (!is_new)
      fail(at, "", "key " + shown(path) + " is given twice", "first at " + first->second);
    if (path == kParentKey) {
      if (!value.IsScalar())
        fail(at + ": defaults", "", "this is not the name of a config",
             "for example defaults: base");
      parent = value.Scalar();
      parent_where = at;
    } else if (is_section(path)) {
      read_section(value, path, at + ": " + shown(path));
    } else {
      settings.push_back({path, value, at, at + ": " + shown(path), false});
    }
  }

  std::string file_;
  const std::set<std::string>& sections_;
  std::map<std::string, std::string> first_given_;  // path -> file:line
};

// Throws where `file` is already among its own descendants.
void refuse_circle(const std::vector<std::string>& descendants, const std::string& file,
                   const std::string& where) {
  const auto same = [&](const std::string& each) {
    std::error_code error;
    return std::filesystem::equivalent(each, file, error) && !error;
  };
  const auto begin = std::find_if(descendants.begin(), descendants.end(), same);
  if (begin == descendants.end()) return;
  std::string circle;
  for (auto each = begin; each != descendants.end(); ++each) circle += *each + " -> ";
  fail(where, "", "defaults go in a circle: " + circle + file, "remove one of these defaults");
}

// A carriage return is one too unless a line ends behind it: yaml-cpp keeps it in a value.
std::string::const_iterator first_control(const std::string& text) {
  for (auto c = text.begin(); c != text.end(); ++c) {
    if (*c == '\r' && c + 1 != text.end() && c[1] == '\n') continue;
    if (static_cast<unsigned char>(*c) < 0x20 && *c != '\t' && *c != '\n') return c;
  }
  return text.end();
}

}  // namespace

YAML::Node parse_yaml(const std::string& text) {
  const auto found = first_control(text);
  if (found != text.end()) {
    YAML::Mark mark;
    mark.pos = static_cast<int>(found - text.begin());
    mark.line = static_cast<int>(std::count(text.begin(), found, '\n'));
    throw YAML::ParserException(mark, "a control character");
  }
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentCounter documents;
  while (documents.count < 2 && parser.HandleNextDocument(documents)) {
  }
  if (documents.count > 1)
    throw YAML::ParserException(YAML::Mark::null_mark(), "more than one document");
  return YAML::Load(text);
}

YAML::Node read_yaml(const std::string& file) {
  try {
    return parse_yaml(read_limited(file));
  } catch (const YAML::DeepRecursion& error) {
    fail(at_line(file, error.mark), "", "not valid YAML: nested too deeply");
  } catch (const YAML::Exception& error) {
    fail(at_line(file, error.mark), "", "not valid YAML: " + error.msg);
  }
}

std::vector<Setting> read_config(const std::string& file, const std::set<std::string>& sections) {
  std::vector<std::string> files = {file};
  std::vector<FileReader> generations;
  for (;;) {
    generations.emplace_back(files.back(), sections);
    const FileReader& reader = generations.back();
    if (reader.parent_where.empty()) break;
    const std::string parent = find_parent_config(reader.parent, files.back(), reader.parent_where);
    refuse_circle(files, parent, reader.parent_where);
    files.push_back(parent);
  }
  std::vector<Setting> settings;
  for (auto each = generations.rbegin(); each != generations.rend(); ++each) {
    for (const Setting& setting : each->settings) settings.push_back(setting);
  }
  return settings;
}

Setting parse_override(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw Error(ErrorKind::kUsage)
        .at("override " + shown(text))
        .fact("it has no \"=\"")
        .hint("write key=value, e.g. data.k=20");
  }
  return {text.substr(0, equals), YAML::Node(text.substr(equals + 1)), "command line",
          "override " + shown(text), true};
}

}  // namespace kairo
