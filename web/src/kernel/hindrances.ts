/** Why a line of the command line cannot be done now; words are given as codes. */

/** Why it cannot be done now. */
export type Hindrance =
  | { readonly why: "no_such_incident"; readonly number: string; readonly guess: string | null }
  | { readonly why: "no_such_unit"; readonly call_sign: string; readonly guess: string | null }
  | { readonly why: "no_such_type"; readonly text: string; readonly guess: string | null }
  | { readonly why: "no_such_disposition"; readonly text: string }
  /** No number: of an incident that this desk does not see. */
  | { readonly why: "unit_taken"; readonly call_sign: string; readonly number: number | null }
  /** Its crew is only on its way: the line turns it round. */
  | { readonly why: "unit_under_way"; readonly call_sign: string; readonly number: number; readonly line: string }
  | { readonly why: "crew_there" | "crew_transports" | "crew_recalled"; readonly call_sign: string; readonly number: number }
  | { readonly why: "unit_off"; readonly call_sign: string }
  | { readonly why: "incident_over"; readonly number: number }
  | { readonly why: "units_at_it"; readonly number: number; readonly count: number }
  | { readonly why: "nothing_recommended"; readonly number: number }
  | { readonly why: "no_assignment"; readonly call_sign: string }
  | { readonly why: "same_incident"; readonly number: number }
  | { readonly why: "nothing_pointed" }
  | { readonly why: "not_allowed" }
  | { readonly why: "leaders_to_lower" }
  | { readonly why: "nothing_short"; readonly number: number }
  | { readonly why: "aid_asked"; readonly number: number }
  | { readonly why: "there_already"; readonly call_sign: string }
  | { readonly why: "bad_count"; readonly text: string }
  | { readonly why: "bad_priority"; readonly text: string }
  | { readonly why: "bad_level"; readonly text: string }
  | { readonly why: "alarm_struck"; readonly number: number; readonly level: number }
  | { readonly why: "placeless"; readonly number: number }
  | { readonly why: "no_zone"; readonly number: number }
  | { readonly why: "bad_metres"; readonly text: string }
  | { readonly why: "bad_time"; readonly text: string }
  | { readonly why: "no_such_reason"; readonly text: string }
  | { readonly why: "no_such_layer"; readonly text: string }
  | { readonly why: "no_such_place"; readonly text: string }
  | { readonly why: "bad_minutes"; readonly text: string }
  | { readonly why: "bad_hours"; readonly text: string }
  | { readonly why: "too_much"; readonly text: string };
