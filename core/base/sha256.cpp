#include "core/base/sha256.h"

#include <openssl/evp.h>

#include <array>

#include "core/base/error.h"

namespace kairo {
namespace {

// OpenSSL's digests fail only where a context is used after its end or memory is exhausted.
void require(int status) {
  if (status != 1) throw Error(ErrorKind::kIo).at("SHA-256").fact("OpenSSL refused");
}

EVP_MD_CTX* context(void* pointer) { return static_cast<EVP_MD_CTX*>(pointer); }

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  require(context_ != nullptr);
  require(EVP_DigestInit_ex(context(context_), EVP_sha256(), nullptr));
}

Sha256::~Sha256() { EVP_MD_CTX_free(context(context_)); }

void Sha256::add(const void* bytes, std::size_t size) {
  require(EVP_DigestUpdate(context(context_), bytes, size));
}

void Sha256::add(const std::string& text) {
  add(static_cast<int64_t>(text.size()));
  add(text.data(), text.size());
}

void Sha256::add(int64_t number) {
  std::array<unsigned char, 8> bytes;  // little-endian whatever the machine
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<unsigned char>(static_cast<uint64_t>(number) >> (8 * i));
  }
  add(bytes.data(), bytes.size());
}

std::string Sha256::hex() {
  std::array<unsigned char, 32> digest;
  require(EVP_DigestFinal_ex(context(context_), digest.data(), nullptr));
  const char* digits = "0123456789abcdef";
  std::string text;
  for (unsigned char byte : digest) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string sha256(const void* bytes, std::size_t size) {
  Sha256 hash;
  hash.add(bytes, size);
  return hash.hex();
}

}  // namespace kairo
