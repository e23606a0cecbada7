export { requireImages } from "./images";
export { controllerOf, enter, leave, requireLeft } from "./stay";
