#!/usr/bin/env node
require("tsx/cjs");
require("../steps/main.ts");
