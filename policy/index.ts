import { PolicyPack } from "@pulumi/policy";
import { packName, rules } from "./pack";

new PolicyPack(packName, { policies: rules, enforcementLevel: "mandatory" });
