using System.Formats.Tar;
using System.Reflection;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>The Dockerfile folders that the program carries, as the tar stream that an engine builds from.</summary>
internal static class BuildContext
{
    public static async Task<Stream> OpenAsync(string folder, CancellationToken cancellationToken)
    {
        var prefix = $"images/{folder}/";
        var assembly = Assembly.GetExecutingAssembly();
        var stream = new MemoryStream();
        await using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                await using var content = assembly.GetManifestResourceStream(resource)!;
                await tar.WriteEntryAsync(
                    new PaxTarEntry(TarEntryType.RegularFile, resource[prefix.Length..])
                    {
                        DataStream = content,
                        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
                    },
                    cancellationToken);
            }
        }

        stream.Position = 0;
        return stream;
    }
}
