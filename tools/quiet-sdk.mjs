/**
 * The AWS SDK says on Node.js 20, at the first client of each start, that its next releases will want a newer one. Which
 * versions we support is in package.json, with an SDK of one version, so its text would only hide what you need to read.
 * Imported for this effect by each program; in a Lambda function and in your own code the SDK says what it likes.
 */
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
