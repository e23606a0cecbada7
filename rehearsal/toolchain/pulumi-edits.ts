import type { SourceEdit } from "./edits";

const edit = (file: string, ...replace: SourceEdit["replace"]): SourceEdit => ({
  name: "without clouds",
  module: "github.com/pulumi/pulumi/pkg/v3",
  file,
  replace,
  executables: ["pulumi"],
});

const without = (text: string): SourceEdit["replace"][number] => ({ text, by: "" });

/** Leaves a file of a Go package out of every build. */
const leftOut = (file: string): SourceEdit =>
  edit(file, { text: "\npackage operations\n", by: "\n//go:build never\n\npackage operations\n" });

/**
 * A rehearsal keeps its state in a folder and its secrets by passphrase. The drivers for the clouds' stores, keys and logs
 * are a third of what the Pulumi CLI compiles.
 */
export const WITHOUT_CLOUDS: SourceEdit[] = [
  edit(
    "secrets/cloud/manager.go",
    without('\tnetUrl "net/url"\n'),
    without(`	_ "gocloud.dev/secrets/awskms"        // support for awskms://
	_ "gocloud.dev/secrets/azurekeyvault" // support for azurekeyvault://
	"gocloud.dev/secrets/gcpkms"          // support for gcpkms://
	_ "gocloud.dev/secrets/hashivault"    // support for hashivault://
	"google.golang.org/api/cloudkms/v1"
`),
    without('\t"github.com/pulumi/pulumi/pkg/v3/authhelpers"\n'),
    without(`	u, err := netUrl.Parse(url)
	if err != nil {
		return nil, fmt.Errorf("unable to parse the secrets provider URL: %w", err)
	}

	switch u.Scheme {
	case gcpkms.Scheme:
		credentials, err := authhelpers.ResolveGoogleCredentials(ctx, cloudkms.CloudkmsScope)
		if err != nil {
			return nil, fmt.Errorf("missing google credentials: %w", err)
		}

		kmsClient, _, err := gcpkms.Dial(ctx, credentials.TokenSource)
		if err != nil {
			return nil, fmt.Errorf("failed to connect to gcpkms: %w", err)
		}
		opener := gcpkms.URLOpener{
			Client: kmsClient,
		}

		return opener.OpenKeeperURL(ctx, u)
	default:
`),
    {
      text: "\t\treturn gosecrets.OpenKeeper(ctx, url)\n\t}\n",
      by: "\treturn gosecrets.OpenKeeper(ctx, url)\n",
    },
  ),
  edit(
    "backend/diy/backend.go",
    without('\t"gocloud.dev/blob/azureblob"  // driver for azblob://\n'),
    without('\t"gocloud.dev/blob/gcsblob"    // driver for gs://\n'),
    without('\t_ "gocloud.dev/blob/s3blob"   // driver for s3://\n'),
    without('\t"github.com/pulumi/pulumi/pkg/v3/authhelpers"\n'),
    without(`	if p.Scheme == gcsblob.Scheme {
		blobmux, err = authhelpers.GoogleCredentialsMux(ctx)
		if err != nil {
			return nil, err
		}
	}
`),
    without(`	if p.Scheme == azureblob.Scheme {
		blobmux = &blob.URLMux{}
		blobmux.RegisterBucket(azureblob.Scheme, &azureblob.URLOpener{
			MakeClient:        azureblob.NewDefaultClient,
			ServiceURLOptions: *azureblob.NewDefaultServiceURLOptions(),
		})
	}
`),
  ),
  edit(
    "backend/diy/bucket.go",
    without('\tawss3 "github.com/aws/aws-sdk-go-v2/service/s3"\n'),
    without("\t\tvar input *awss3.CopyObjectInput\n\t\tif asFunc(&input) {\n\t\t\tfixupS3CopySource(input)\n\t\t}\n"),
    {
      text: "func fixupS3CopySource(input *awss3.CopyObjectInput) {\n",
      by: "func fixupS3CopySource(input *struct{ CopySource *string }) {\n",
    },
  ),
  leftOut("operations/operations_aws.go"),
  leftOut("operations/operations_cloud_aws.go"),
  leftOut("operations/operations_gcp.go"),
  edit("operations/resources.go", {
    text: `	switch ops.resource.State.Type.Package() {
	case "cloud":
		return CloudOperationsProvider(ops.config, ops.resource)
	case "aws":
		return AWSOperationsProvider(ctx, ops.config, ops.resource)
	case "gcp":
		return GCPOperationsProvider(ctx, ops.config, ops.resource)
	default:
		return nil, nil
	}
`,
    by: "\treturn nil, nil\n",
  }),
];
