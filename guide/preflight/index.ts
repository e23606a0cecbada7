/** What the guide calls for here, for the table of contents. */
export const title = "Check that the model is healthy and fits the hop";
