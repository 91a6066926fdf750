/** The API page's own words in both languages; what the API says of itself is English. */
import type { Words } from "../kernel/language";
import { wordsOf } from "../spoken/language.svelte";

const zh = {
  title: "烽火 · 接口",
  heading: "接口",
  name: "烽火",
  language: "English",
  night: "夜间",
  day: "日间",
  intro: "本节点的全部 HTTP 接口，由节点自己的 OpenAPI 文档生成，不访问任何外部地址。",
  rules: "写操作带 Idempotency-Key，可安全重发；时间为带时区的 RFC 3339；经度在前；出错时返回 application/problem+json，code 不变。",
  raw: "OpenAPI 文档",
  told: "AsyncAPI 文档（主题与实时态势）",
  find: "查找",
  findHint: "路径或词语，例如 dispatch",
  count: (count: number) => `${count} 个接口`,
  none: "没有匹配的接口",
  loading: "正在取得接口文档…",
  failed: "取不到接口文档，请稍后重试。",
  parameters: "参数",
  body: "请求内容",
  answers: "应答",
  required: "必填",
  byDefault: (value: string) => `默认 ${value}`,
  nothing: "无内容",
};

const en: Words<typeof zh> = {
  title: "Beaconfire · API",
  heading: "API",
  name: "Beaconfire",
  language: "中文",
  night: "Night",
  day: "Day",
  intro: "Every HTTP operation of this node, made from its own OpenAPI document; no other host is asked.",
  rules: "Commands carry an Idempotency-Key and may be sent again; times are RFC 3339 with a zone; longitude comes first; errors are application/problem+json with a stable code.",
  raw: "OpenAPI document",
  told: "AsyncAPI document (topics and the live picture)",
  find: "Find",
  findHint: "a path or a word, for example dispatch",
  count: (count) => (count === 1 ? "1 operation" : `${count} operations`),
  none: "No operation matches",
  loading: "Fetching the API's description…",
  failed: "The API's description cannot be fetched. Try again in a while.",
  parameters: "Parameters",
  body: "Body",
  answers: "Answers",
  required: "required",
  byDefault: (value) => `default ${value}`,
  nothing: "no content",
};

export const words: () => Words<typeof zh> = wordsOf<Words<typeof zh>>({ zh, en });
