/** The console in English. */
import type { Words } from "../../kernel/language";
import { frame } from "./en/frame";
import { incident } from "./en/incident";
import { desk } from "./en/desk";
import { record } from "./en/record";
import { guide } from "./en/guide";
import { layers } from "./en/layers";
import { why } from "./en/why";
import { zones } from "./en/zones";
import { aid } from "./en/aid";
import { standby } from "./en/standby";
import { casualties } from "./en/casualties";
import { tasks } from "./en/tasks";
import { rules } from "./en/rules";
import { here } from "./en/here";
import type { zh } from "./zh";

export const en: Words<typeof zh> = { ...frame, ...incident, ...desk, ...record, ...guide, ...zones, ...layers, ...why, ...aid, ...standby, ...casualties, ...tasks, ...rules, ...here };
