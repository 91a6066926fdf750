/** The console in Chinese; English must have the same shape. */
import { frame } from "./zh/frame";
import { incident } from "./zh/incident";
import { desk } from "./zh/desk";
import { record } from "./zh/record";
import { guide } from "./zh/guide";
import { layers } from "./zh/layers";
import { why } from "./zh/why";
import { zones } from "./zh/zones";
import { aid } from "./zh/aid";
import { standby } from "./zh/standby";
import { casualties } from "./zh/casualties";
import { tasks } from "./zh/tasks";
import { rules } from "./zh/rules";
import { here } from "./zh/here";

export const zh = { ...frame, ...incident, ...desk, ...record, ...guide, ...zones, ...layers, ...why, ...aid, ...standby, ...casualties, ...tasks, ...rules, ...here };
