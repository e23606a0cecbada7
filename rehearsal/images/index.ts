export { type BuiltImages, buildImages, buildPause, PAUSE, WORKLOADS } from "./images";
