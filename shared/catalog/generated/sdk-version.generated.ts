/** The SDK's version that the catalogue is of. Written by `npm run generate`; do not edit it. */
export const sdkVersion = "3.1136.0";
