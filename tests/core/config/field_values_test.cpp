#include "core/config/field_values.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/base/word_wrap.h"

namespace kairo {
namespace {

TEST(FieldValues, IntegersAreDecimalAndExactlyIntegral) {
  EXPECT_EQ(integer_in("20000"), 20000);
  EXPECT_EQ(integer_in("-3"), -3);
  EXPECT_EQ(integer_in("2e4"), 20000);
  EXPECT_EQ(integer_in("20000.0"), 20000);
  EXPECT_EQ(integer_in("010"), 10);  // not octal
  EXPECT_EQ(integer_in("9223372036854775807"), std::numeric_limits<int64_t>::max());
  for (const char* text : {"", "1.5", "0x10", "1_000", "12 ", "1e400", "nan", "inf", "2e-1", "ten",
                           "9223372036854775808", "1e300"}) {
    EXPECT_FALSE(integer_in(text)) << text;
  }
}

TEST(FieldValues, RealsAreFiniteDecimals) {
  EXPECT_EQ(real_in("1e-3"), 0.001);
  EXPECT_EQ(real_in("-2"), -2.0);
  EXPECT_EQ(real_in(".5"), 0.5);
  for (const char* text : {"", "nan", "inf", "-inf", ".inf", "1e999", "1,5", "0.1x"}) {
    EXPECT_FALSE(real_in(text)) << text;
  }
}

TEST(FieldValues, FlagsAreTrueAndFalseOnly) {
  EXPECT_EQ(flag_in("true"), true);
  EXPECT_EQ(flag_in("False"), false);
  for (const char* text : {"", "yes", "on", "1", "0", "tRUE"}) EXPECT_FALSE(flag_in(text)) << text;
}

TEST(FieldValues, ShortestReadsBackAsTheSameDouble) {
  EXPECT_EQ(shortest(0.001), "0.001");
  EXPECT_EQ(shortest(1e-5), "1e-05");
  EXPECT_EQ(shortest(10000), "10000");
  for (double value : {0.1, 1.0 / 3, 0.1 + 0.2, 1e300, 5e-324, -123456.789}) {
    EXPECT_EQ(real_in(shortest(value)), value);
  }
}

TEST(FieldValues, DescribeSaysWhatIsAccepted) {
  EXPECT_EQ(describe(IntRange{1, 64}), "an integer from 1 to 64");
  EXPECT_EQ(describe(IntRange{1}), "an integer >= 1");
  EXPECT_EQ(describe(IntRange{}), "an integer");
  EXPECT_EQ(describe(RealRange{0, 0.5}), "a number from 0 to 0.5");
  EXPECT_EQ(describe(std::vector<std::string>{"LN", "none"}), "one of LN, none");
  std::vector<int64_t> steps;
  EXPECT_EQ(describe(Field("steps", steps, {0}, "")), "a list, each an integer >= 0");
}

TEST(FieldValues, NanIsInNoRange) {
  EXPECT_FALSE(contains(RealRange{}, std::numeric_limits<double>::quiet_NaN()));
}

TEST(FieldValues, ShownIsOneShortLine) {
  EXPECT_EQ(shown("a\nb\x1b[31m"), "a?b?[31m");
  EXPECT_EQ(shown(std::string(100, 'x')), std::string(60, 'x') + "...");
  // 59 letters, then a character of two bytes: it is not cut in half.
  EXPECT_EQ(shown(std::string(59, 'x') + "\xC3\xA9y"), std::string(59, 'x') + "...");
}

TEST(WordWrap, BreaksAtSpacesAndKeepsLongWords) {
  EXPECT_EQ(wrapped("one two three", 10, 2), "  one two\n  three\n");
  EXPECT_EQ(wrapped("a incomprehensibilities b", 10, 0), "a\nincomprehensibilities\nb\n");
  EXPECT_EQ(wrapped("a\nb", 80, 1), " a\n b\n");
  EXPECT_EQ(wrapped("", 80, 1), "");
}

}  // namespace
}  // namespace kairo
