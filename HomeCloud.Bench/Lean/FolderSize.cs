using System.Formats.Tar;
using System.IO.Compression;

namespace HomeCloud.Bench.Lean;

/// <summary>How much an installed folder takes.</summary>
internal static class FolderSize
{
    /// <returns>MB of all files.</returns>
    public static double Of(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) / 1e6;

    /// <returns>MB of it as a layer of an image: tar and gzip, as registries carry it.</returns>
    public static double Compressed(string folder)
    {
        using var counter = new MemoryStream();
        using (var gzip = new GZipStream(counter, CompressionLevel.Optimal, leaveOpen: true))
            TarFile.CreateFromDirectory(folder, gzip, includeBaseDirectory: false);
        return counter.Length / 1e6;
    }
}
