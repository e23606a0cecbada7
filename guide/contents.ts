import { title as backup } from "./backup";
import { title as databases } from "./databases";
import { title as finalize } from "./finalize";
import { title as istio } from "./istio";
import { title as newApplications } from "./new-applications";
import { title as preflight } from "./preflight";
import { title as profile } from "./profile";
import { title as refresh } from "./refresh";
import { title as relations } from "./relations";
import { title as storage } from "./storage";
import { title as verify } from "./verify";

/** Phases of the guide in its order: the folder of each, and what the guide does there. */
export const contents: [folder: string, title: string][] = [
  ["preflight", preflight],
  ["backup", backup],
  ["istio", istio],
  ["profile", profile],
  ["refresh", refresh],
  ["storage", storage],
  ["databases", databases],
  ["new-applications", newApplications],
  ["relations", relations],
  ["verify", verify],
  ["finalize", finalize],
];
