"""All laws in one list: what `make check` and the tests go through."""

from collections.abc import Callable, Iterator

from laws import glossary, locks, naming, patience, prose, purity, rooms, runbook, sizes
from laws.tree import Breach, Tree

Law = Callable[[Tree], Iterator[Breach]]

LAWS: tuple[Law, ...] = (
    sizes.files_are_short,
    sizes.functions_are_short,
    sizes.few_functions_are_long,
    sizes.arguments_are_few,
    sizes.imports_are_on_top,
    purity.contracts_stand_on_the_standard_library,
    purity.domain_is_pure,
    purity.application_is_handed_everything,
    purity.facts_carry_no_prose_and_no_people,
    naming.files_have_a_name,
    naming.functions_say_what_they_do,
    naming.classes_say_what_they_are,
    naming.words_come_from_the_vocabulary,
    rooms.every_service_has_the_same_rooms,
    rooms.every_service_says_what_it_owns,
    rooms.migrations_are_numbered,
    rooms.a_use_case_is_one_function,
    rooms.every_module_has_its_test,
    prose.modules_say_what_lives_here,
    prose.nothing_is_left_for_later,
    prose.no_machine_is_named,
    prose.ignores_name_their_rule_and_reason,
    prose.every_variable_is_in_the_docs,
    runbook.every_alarm_says_what_to_do,
    runbook.every_error_has_an_alarm,
    runbook.every_unreadiness_has_an_alarm,
    patience.clients_in_tests_say_how_long_they_wait,
    locks.locks_name_no_host,
    locks.locks_hold_every_dependency,
    glossary.glossary_classes_have_one_sentence,
    glossary.glossary_classes_have_a_chinese_name,
    glossary.glossary_is_fresh,
)


def sentence(law: Law) -> str:
    """Say a law in its own words."""
    return (law.__doc__ or "").strip().splitlines()[0]
