using System.Reflection;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Lab.Engine;

/// <summary>
/// The image that <c>homecloud create NAME</c> uses, made without any registry: the start script of <c>images/sshbox</c>
/// on top of the lab's own image, by its <c>Dockerfile.offline</c>.
/// </summary>
internal static class SshBoxImage
{
    private const string Name = "homecloud/sshbox:2";
    private const string Prefix = "sshbox/";

    public static async Task BuildAsync(string docker, string endpoint, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("homecloud-sshbox").FullName;
        try
        {
            var assembly = Assembly.GetExecutingAssembly();
            foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
            {
                var path = Path.Combine(folder, resource[Prefix.Length..]);
                await using (var file = File.Create(path))
                await using (var content = assembly.GetManifestResourceStream(resource)!)
                    await content.CopyToAsync(file, cancellationToken);
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            }

            // The classic builder: it needs neither a plugin nor the network.
            (await Command.RunAsync(
                [
                    "env", "DOCKER_BUILDKIT=0", docker, "--host", endpoint, "build", "--quiet", "--build-arg", "BASE=" + BoxImage.Name,
                    "--file", Path.Combine(folder, "Dockerfile.offline"), "--tag", Name, folder,
                ],
                cancellationToken: cancellationToken)).OrFail();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
