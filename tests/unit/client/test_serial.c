/*
 * test_serial.c - the days spreadsheets count, and how people write days.
 *
 * Day numbers are those Microsoft gives for DATEVALUE and the two date systems
 * ("Date systems in Excel"); number formats are as Excel, WPS and LibreOffice
 * write them.
 */
#include "client/import/dates.h"
#include "client/import/serial.h"
#include "tests/lib/tap.h"

static void expect_day(double serial, bool from_1904, const char *want)
{
	char text[DATE_TEXT] = "none";
	struct date d;

	if (serial_day(serial, from_1904, &d))
		date_format(&d, text);
	CHECK_STR(text, want);
}

static void days_are_counted_from_1900_with_a_leap_day_that_never_was(void)
{
	static const struct {
		double serial;
		const char *day;
	} days[] = {
		{1,         "1900-01-01"},
		{2,         "1900-01-02"},
		{59,        "1900-02-28"},
		{60,        "none"      },
		{60.5,      "none"      },
		{61,        "1900-03-01"},
		{25569,     "1970-01-01"},
		{39448,     "2008-01-01"},
		{45658,     "2025-01-01"},
		{45658.999, "2025-01-01"},
		{2958465,   "9999-12-31"},
		{2958466,   "none"      },
		{0,         "none"      },
		{0.5,       "none"      },
		{-1,        "none"      },
		{1e300,     "none"      },
	};

	for (size_t i = 0; i < ARRAY_LEN(days); i++)
		expect_day(days[i].serial, false, days[i].day);
}

static void days_are_counted_from_1904_by_other_files(void)
{
	static const struct {
		double serial;
		const char *day;
	} days[] = {
		{0,       "1904-01-01"},
		{1,       "1904-01-02"},
		{58,      "1904-02-28"},
		{59,      "1904-02-29"},
		{60,      "1904-03-01"},
		{37986,   "2008-01-01"},
		{44196,   "2025-01-01"},
		{2957003, "9999-12-31"},
		{2957004, "none"      },
		{-1,      "none"      },
	};

	for (size_t i = 0; i < ARRAY_LEN(days); i++)
		expect_day(days[i].serial, true, days[i].day);
}

static void the_two_countings_are_1462_days_apart(void)
{
	struct date a, b;

	for (int n = 100; n < 60000; n += 97) {
		CHECK(serial_day(n, true, &a) &&
			serial_day(n + 1462, false, &b));
		CHECK(date_cmp(&a, &b) == 0);
	}
}

static void a_format_tells_a_day_from_a_number(void)
{
	static const struct {
		const char *code;
		enum shown shown;
	} formats[] = {
		{"General",				      SHOWS_NO_DATE},
		{"0",					    SHOWS_NO_DATE},
		{"0.00E+00",				     SHOWS_NO_DATE},
		{"0.0e+0",				       SHOWS_NO_DATE},
		{"#,##0.00;[Red]-#,##0.00",                      SHOWS_NO_DATE},
		{"\"Day \"0",				    SHOWS_NO_DATE},
		{"0\\d",					 SHOWS_NO_DATE},
		{"[Red]0",				       SHOWS_NO_DATE},
		{"h:mm",					 SHOWS_NO_DATE},
		{"[h]:mm:ss",				    SHOWS_NO_DATE},
		{"mm:ss.0",				      SHOWS_NO_DATE},
		{"@",					    SHOWS_NO_DATE},
		{"_(* #,##0_);_(* (#,##0)",                      SHOWS_NO_DATE},
		{"yyyy-mm-dd",				   SHOWS_DAY    },
		{"yyyy/m/d h:mm",                                SHOWS_DAY    },
		{"m/d/yyyy",				     SHOWS_DAY    },
		{"[$-804]yyyy\"年\"m\"月\"d\"日\";@",         SHOWS_DAY    },
		{"[DBNum1][$-804]yyyy\"年\"m\"月\"d\"日\";@", SHOWS_DAY    },
		{"[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy",        SHOWS_DAY    },
		{"D. MMM YYYY",				  SHOWS_DAY    },
		{"m\"月\"d\"日\"",                             SHOWS_DAY    },
		{"e\"年\"m\"月\"d\"日\"",                     SHOWS_DAY    },
		{"yyyy\"年\"m\"月\"",                          SHOWS_MONTH  },
		{"mmm-yy",				       SHOWS_MONTH  },
		{"yyyy",					 SHOWS_YEAR   },
		{"yyyy\"年\"",				  SHOWS_YEAR   },
	};

	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		if (serial_format(formats[i].code) != formats[i].shown)
			printf("# %s\n", formats[i].code);
		CHECK(serial_format(formats[i].code) == formats[i].shown);
	}
}

static void formats_without_a_code_are_known_by_number(void)
{
	static const long days[] = {14, 15, 16, 22, 28, 30, 31, 51, 58};
	static const long months[] = {17, 27, 36, 50, 52, 57};
	static const long none[] = {
		0, 1, 2, 9, 11, 18, 19, 20, 21, 37, 45, 46, 47, 49, 164, -1};

	for (size_t i = 0; i < ARRAY_LEN(days); i++)
		CHECK(serial_format_id(days[i]) == SHOWS_DAY);
	for (size_t i = 0; i < ARRAY_LEN(months); i++)
		CHECK(serial_format_id(months[i]) == SHOWS_MONTH);
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		CHECK(serial_format_id(none[i]) == SHOWS_NO_DATE);
}

static void people_write_days_in_many_ways(void)
{
	static const struct {
		const char *typed;
		enum day_fault fault;
		const char *day;
	} days[] = {
		{"2026-01-03",                           DAY_OK,         "2026-01-03"},
		{"2026/1/3",			     DAY_OK,         "2026-01-03"},
		{"2026.1.3",			     DAY_OK,         "2026-01-03"},
		{"2026年1月3日",                      DAY_OK,         "2026-01-03"},
		{"2026年1月3号",                      DAY_OK,         "2026-01-03"},
		{"2026年01月",                         DAY_OK,         "2026-01"   },
		{"2026年",			      DAY_OK,         "2026"      },
		{"20260103",			     DAY_OK,         "2026-01-03"},
		{"202601",			       DAY_OK,         "2026-01"   },
		{"2026",				 DAY_OK,         "2026"      },
		{"2026-01",			      DAY_OK,         "2026-01"   },
		{"2026.12",			      DAY_OK,         "2026-12"   },
		{"2026 1 3",			     DAY_OK,         "2026-01-03"},
		{"2026-1-3 00:00:00",                    DAY_OK,         "2026-01-03"},
		{"2026-01-03T08:30:00",                  DAY_OK,         "2026-01-03"},
		{"2026年1月3日 上午",               DAY_OK,         "2026-01-03"},
		{"2026年1月3日星期六",             DAY_OK,         "2026-01-03"},
		{"二〇二六年一月三日",          DAY_OK,         "2026-01-03"},
		{"一九八○年十二月二十五日", DAY_OK,         "1980-12-25"},
		{"一九八零年十月三十一日",    DAY_OK,         "1980-10-31"},
		{"二〇二六年一月",                DAY_OK,         "2026-01"   },
		{"45658",				DAY_OK,         "2025-01-01"},
		{"45658.75",			     DAY_OK,         "2025-01-01"},
		{"1980-02-30",                           DAY_IMPOSSIBLE, NULL        },
		{"1981-02-29",                           DAY_IMPOSSIBLE, NULL        },
		{"1980-13-01",                           DAY_IMPOSSIBLE, NULL        },
		{"1980-00-10",                           DAY_IMPOSSIBLE, NULL        },
		{"19800231",			     DAY_IMPOSSIBLE, NULL        },
		{"19800000",			     DAY_IMPOSSIBLE, NULL        },
		{"80-3-5",			       DAY_NO_CENTURY, NULL        },
		{"80年3月5日",                        DAY_NO_CENTURY, NULL        },
		{"800305",			       DAY_NO_CENTURY, NULL        },
		{"80.3",				 DAY_NO_CENTURY, NULL        },
		{"3/5/1980",			     DAY_ORDER,      NULL        },
		{"05-03-1980",                           DAY_ORDER,      NULL        },
		{"农历八月初三",                   DAY_LUNAR,      NULL        },
		{"1980年腊月廿三",                  DAY_LUNAR,      NULL        },
		{"八月初五",                         DAY_LUNAR,      NULL        },
		{"(阴历)1980-3-5",                     DAY_LUNAR,      NULL        },
		{"",				     DAY_NONE,       NULL        },
		{"不记得",			    DAY_NONE,       NULL        },
		{"1980-3-5-7",                           DAY_NONE,       NULL        },
		{"1980年3月底",                       DAY_NONE,       NULL        },
		{"1980~1985",                            DAY_NONE,       NULL        },
		{"-5",				   DAY_NONE,       NULL        },
		{"12345678901234567890",                 DAY_NONE,       NULL        },
		{"1500-01-01",                           DAY_NONE,       NULL        },
	};

	for (size_t i = 0; i < ARRAY_LEN(days); i++) {
		struct day_read got;
		enum day_fault fault = day_read(days[i].typed, false, &got);

		if (fault != days[i].fault)
			printf("# '%s' is %d\n", days[i].typed, (int)fault);
		CHECK(fault == days[i].fault);
		if (fault == DAY_OK && days[i].day)
			CHECK_STR(got.text, days[i].day);
	}
}

static void what_may_be_meant_otherwise_says_so(void)
{
	struct day_read d;

	CHECK(day_read("1980.1", false, &d) == DAY_OK && d.unsure);
	CHECK(day_read("1980.10", false, &d) == DAY_OK && !d.unsure);
	CHECK(day_read("1980.2", false, &d) == DAY_OK && !d.unsure);
	CHECK(day_read("1980年1月", false, &d) == DAY_OK && !d.unsure);
	CHECK(day_read("45658", false, &d) == DAY_OK && d.serial);
	CHECK(day_read("20250101", false, &d) == DAY_OK && !d.serial);
	CHECK(day_read("44196", true, &d) == DAY_OK && d.serial);
	CHECK_STR(d.text, "2025-01-01");
}

int main(void)
{
	RUN(days_are_counted_from_1900_with_a_leap_day_that_never_was);
	RUN(days_are_counted_from_1904_by_other_files);
	RUN(the_two_countings_are_1462_days_apart);
	RUN(a_format_tells_a_day_from_a_number);
	RUN(formats_without_a_code_are_known_by_number);
	RUN(people_write_days_in_many_ways);
	RUN(what_may_be_meant_otherwise_says_so);
	return tap_done();
}
