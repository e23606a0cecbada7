import { serve } from "../rpc/serve";
import { commandPlugin } from "./provider";

serve((log) => commandPlugin("1.2.1", log));
