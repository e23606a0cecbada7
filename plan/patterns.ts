/** Scheme and host of an object store, without path, user or password. */
export const endpointPattern = /^https?:\/\/[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:\d{1,5})?$/;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const bucketPattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** Folders of a bucket with names that need no quoting anywhere, nor begin or end with a dot; "" is the bucket's root. */
export const prefixPattern = /^(\w([\w.-]*[\w-])?(\/\w([\w.-]*[\w-])?)*)?$/;
