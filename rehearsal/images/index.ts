export { type BuiltImages, buildImages, buildPause, PAUSE } from "./images";
