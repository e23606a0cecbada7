import { serve } from "../rpc/serve";
import { kubernetesPlugin } from "./provider";

serve((log) => kubernetesPlugin("4.34.2", log));
