/** The node's own description of its API (OpenAPI 3.1), as far as the page reads it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}
interface Body {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}
interface Told {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly operationId?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Body;
  readonly responses?: Readonly<Record<string, Body & { readonly description?: string }>>;
}
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}
export interface Document {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Told>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

/** One operation: a method at a path, in plain sentences. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly sentence: string;
  readonly more: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | null;
  readonly answers: readonly { readonly status: string; readonly schema: Schema | null }[];
}
export interface Group {
  readonly tag: string;
  readonly operations: readonly Operation[];
}

const METHODS = ["get", "post", "put", "patch", "delete"] as const;
const REF = "#/components/schemas/";
const DEEPEST = 4;

/** The operations by the service that answers them, those that match the words alone. */
export function groupsOf(document: Document, wanted: string): Group[] {
  const groups = new Map<string, Operation[]>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const told = methods[method];
      if (!told) continue;
      const operation = operationOf(method, path, told);
      if (!matches(operation, wanted)) continue;
      const tag = told.tags?.[0] ?? "node";
      groups.set(tag, [...(groups.get(tag) ?? []), operation]);
    }
  }
  return Array.from(groups, ([tag, operations]) => ({ tag, operations })).sort((a, b) => a.tag.localeCompare(b.tag));
}

function operationOf(method: string, path: string, told: Told): Operation {
  const [sentence = "", ...more] = (told.description ?? told.summary ?? "").split("\n\n");
  return {
    id: told.operationId ?? `${method} ${path}`,
    method: method.toUpperCase(),
    path,
    sentence: sentence.replace(/\s+/g, " "),
    more: more.join(" ").replace(/\s+/g, " "),
    parameters: told.parameters ?? [],
    body: schemaIn(told.requestBody),
    answers: Object.entries(told.responses ?? {}).map(([status, body]) => ({ status, schema: schemaIn(body) })),
  };
}

function schemaIn(body: Body | undefined): Schema | null {
  return Object.values(body?.content ?? {})[0]?.schema ?? null;
}

function matches(operation: Operation, wanted: string): boolean {
  const hay = `${operation.method} ${operation.path} ${operation.sentence}`.toLowerCase();
  return wanted.toLowerCase().split(/\s+/).every((word) => hay.includes(word));
}

/** The schema itself behind a reference, and its name. */
export function resolved(document: Document, schema: Schema): { readonly name: string; readonly schema: Schema } {
  const name = schema.$ref?.startsWith(REF) ? schema.$ref.slice(REF.length) : "";
  return { name, schema: name === "" ? schema : (document.components?.schemas?.[name] ?? {}) };
}

/** What a value is, in a few words: `text ≤ 4000`, `CallIn or null`, `list of CandidateOut`. */
export function typeWords(document: Document, given: Schema): string {
  const { name, schema } = resolved(document, given);
  if (schema.enum) return schema.enum.map(String).join(" | ");
  if (schema.const !== undefined) return String(schema.const);
  if (schema.anyOf) return schema.anyOf.map((one) => typeWords(document, one)).join(" or ");
  if (schema.type === "array") return `list of ${schema.items ? typeWords(document, schema.items) : "values"}${bounds(schema.minItems, schema.maxItems)}`;
  if (name !== "") return name;
  const word = schema.format ?? (schema.type === "string" ? "text" : (schema.type ?? "value"));
  return word + bounds(schema.minimum ?? schema.minLength, schema.maximum ?? schema.maxLength);
}

function bounds(least: number | undefined, most: number | undefined): string {
  if (least !== undefined && most !== undefined) return ` ${least}…${most}`;
  if (most !== undefined) return ` ≤ ${most}`;
  return least === undefined ? "" : ` ≥ ${least}`;
}

export interface Row {
  readonly depth: number;
  readonly name: string;
  readonly words: string;
  readonly isRequired: boolean;
  readonly byDefault: string;
}

/** The members of an object as rows, those of its members below them. */
export function rowsOf(document: Document, given: Schema, depth = 0): Row[] {
  const schema = innermost(document, given);
  if (depth >= DEEPEST || !schema.properties) return [];
  return Object.entries(schema.properties).flatMap(([name, member]) => [
    {
      depth,
      name,
      words: typeWords(document, member),
      isRequired: schema.required?.includes(name) ?? false,
      byDefault: member.default === undefined || member.default === null ? "" : JSON.stringify(member.default),
    },
    ...rowsOf(document, member, depth + 1),
  ]);
}

function innermost(document: Document, given: Schema): Schema {
  const { schema } = resolved(document, given);
  if (schema.items) return innermost(document, schema.items);
  const one = schema.anyOf?.find((each) => each.type !== "null");
  return one ? innermost(document, one) : schema;
}
