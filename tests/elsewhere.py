"""The cases of codes that no single cell shows: of whole files, whole nights, damage, and readers that no form uses yet.

Each runs twice in one process (`conftest.py`), since a guard that works once per process is none.
"""

from __future__ import annotations

ELSEWHERE: dict[str, str] = {
    "UNREADABLE": "test_file_cases::test_what_no_reader_opens",
    "NO_PASSPORT": "test_file_cases::test_no_passport",
    **dict.fromkeys(
        ("DIGEST_WRONG", "OTHER_SEASON", "UNKNOWN_SERIAL", "UNKNOWN_AGENCY"), "test_file_cases::test_passports_of_others"
    ),
    "UNKNOWN_FORM": "test_file_cases::test_a_form_that_the_season_has_not",
    **dict.fromkeys(("ROUND_NOT_OPEN", "ROUND_CLOSED"), "test_file_cases::test_rounds_that_are_not_open"),
    **dict.fromkeys(("READER_DIED", "READER_TIMEOUT"), "test_file_cases::test_a_reader_that_has_no_room_or_no_time"),
    **dict.fromkeys(
        ("MACROS", "EXTERNAL_LINKS", "DATES_1904", "LISTS_GONE", "PASSPORT_LOST", "PASSPORT_DISAGREES"),
        "test_file_cases::test_anatomy_and_identity",
    ),
    "LIVE_FORMULA": "test_live::test_a_live_formula_anywhere_goes_back_with_its_cell",
    "LIVE_NAME": "test_live::test_live_formulas_in_rules_and_names",
    **dict.fromkeys(("LIVE_PART", "EMBEDDED"), "test_live::test_a_part_that_acts_goes_back"),
    "READINGS_DIFFER": "test_file_cases::test_a_cell_that_two_readers_read_differently",
    **dict.fromkeys(("DUPLICATE_FILE", "IGNORED", "CONFLICT"), "test_night_cases::test_the_first_night"),
    **dict.fromkeys(("PLAN_FROZEN", "SUPERSEDED"), "test_night_cases::test_the_final_plan_is_frozen"),
    **dict.fromkeys(("LATE", "OLDER_ANSWERS"), "test_night_cases::test_late_reports_and_older_answers"),
    "WAIVED": "test_night_cases::test_an_exception",
    "OLDER_SAVED": "test_memory::test_an_earlier_saved_file_is_only_hinted_at",
    "NOT_SETTLED": "test_season::test_a_file_that_is_still_growing_waits_for_the_next_night",
    **dict.fromkeys(("FOLDER_CLOSED", "SYNC_COPY", "STORE_ERROR"), "test_share::test_what_the_share_itself_says"),
    "SHARE_ERROR": "test_answers::test_a_deferred_file_is_shown_with_its_reason",
    "OLDER_ISSUE": "test_versions::test_an_older_issue_that_is_accepted_is_read_as_it_is_and_said",
    "OTHER_ISSUE": "test_versions::test_another_issue_goes_back_and_nothing_of_its_cells_is_judged",
    "UNKNOWN_ISSUE": "test_versions::test_a_newer_issue_than_the_season_has_is_unknown",
    "RESEATED": "test_versions::test_the_answers_stand_in_a_fresh_workbook_of_the_present_issue",
    "NO_PLACE": "test_versions::test_what_found_no_place_is_listed_and_of_persons_only_where_it_stood",
    "NAME_WRONG": "test_damage::test_names_that_point_beside_the_table_are_said",
    "SHEET_MISSING": "test_damage::test_a_deleted_sheet",
    "TABLE_MISSING": "test_damage::test_a_table_that_nothing_names_any_more",
    "NOT_A_LEVEL": "test_milestones::test_a_result_beside_the_levels_of_a_milestone_is_a_warning",
    "NOT_MOVED": "test_judgement::test_a_case_trips_exactly_its_rule",
    "FORMULA_DIFFERS": "test_summary::test_a_figure_that_the_page_shows_otherwise_is_a_warning_at_its_cell",
    "READY_DIFFERS": "test_ready::test_a_stale_readiness_is_told_at_its_cells",
    "TOO_LONG": "test_extension::test_one_line_adds_a_field_everywhere",
    "PERCENT_UNKNOWN": "test_kinds::test_a_file_without_formats_never_has_its_percentages_guessed",
    # What these readers say of rows of the shared table of cases; no field of a shipped form asks for such a thing.
    **dict.fromkeys(("MISSING_LEVEL", "LOWER_BETTER", "OUT_OF_RANGE", "OVER_100", "STATED_NONE"), "test_thai::test_case"),
    **dict.fromkeys(
        ("ITA01", "ITA02", "ITA03", "ITA07", "ITA08", "ITA09", "ITA17", "ITA19", "ITA20", "ITA21"),
        "test_rules_story::test_a_case_trips_exactly_its_codes",
    ),
    "FUZZY": "test_names::test_case",
    **dict.fromkeys(
        ("ITA04", "ITA05", "ITA06", "ITA10", "ITA11", "ITA12", "ITA13", "ITA14", "ITA15", "ITA16", "ITA18"),
        "test_rules_rows::test_a_case_trips_exactly_its_rule",
    ),
    **dict.fromkeys(
        ("PERIOD_UNREAD", "BAD_ADDRESS", "NO_MEASURES", "UNKNOWN_INDICATOR", "SHARE_OVER"),
        "test_rules_rows::test_a_case_trips_exactly_its_rule",
    ),
    "RESULT_DIFFERS": "test_rules_rows::test_a_total_that_is_not_the_recorded_one",
    "FIGURES_GONE": "test_fill::test_a_file_that_would_take_most_figures_away_goes_back",
    **dict.fromkeys(("TOTAL_DIFFERS", "MEAN_DIFFERS"), "test_rules_rows::test_scores_trip_exactly_their_rule"),
}
"""Codes of whole files and whole nights, and those that need damage no cell shows -> the test that has their case."""
