using HomeCloud.Net.Files.Native;
using HomeCloud.Net.Options;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Dns.ZoneFiles.ZoneFileOptions>;

namespace HomeCloud.Dns.ZoneFiles;

/// <summary>Files with records of any type, in the format of RFC 1035 §5.</summary>
public sealed class ZoneFileOptions
{
    /// <summary><c>--zone-file</c>: read at start and on reload.</summary>
    public IList<string> Paths { get; set; } = [];

    /// <summary>What the last <see cref="Validate"/> read, and found good: that is served, whatever becomes of the files.</summary>
    public ZoneFileContent Content { get; internal set; } = ZoneFileContent.Empty;

    /// <summary>The records of each file, for those who lay others over them.</summary>
    internal IReadOnlyList<IReadOnlyList<FileRecord>> Files { get; private set; } = [];

    public static OptionRow<ZoneFileOptions>[] Rows =>
    [
        List("zone-file", "FILE", "Zone file (RFC 1035) with records of any type: for names of our zones, and under public domains, whose other names stay forwarded.", o => o.Paths),
    ];

    /// <summary>Reads the files.</summary>
    /// <param name="zones">Our zones.</param>
    /// <returns>What is wrong: one line for each file; empty when all is well.</returns>
    public IEnumerable<string> Validate(IReadOnlyList<string> zones)
    {
        var problems = new List<string>();
        var files = new List<IReadOnlyList<FileRecord>>();
        var builder = new ZoneFileBuilder(zones);
        var since = DateTimeOffset.UnixEpoch;
        foreach (var path in Paths.Distinct(StringComparer.Ordinal))
        {
            if (Problem(() => since = Latest(since, Add(builder, path, files)), path) is { } problem)
                problems.Add($"--zone-file {problem}");
        }

        if (problems.Count == 0 && Problem(() => Content = builder.Build(since), "") is { } together)
            problems.Add($"--zone-file {together}");
        Files = problems.Count == 0 ? files : [];
        return problems;
    }

    private static DateTimeOffset Add(ZoneFileBuilder builder, string path, List<IReadOnlyList<FileRecord>> files)
    {
        var main = Path.GetFullPath(path);
        var records = MasterFileReader.Read(path, file => ReadFile(file, isMain: file == main));
        builder.Add(records);
        files.Add(records);
        return (File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path)).LastWriteTimeUtc;
    }

    private static DateTimeOffset Latest(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static string? Problem(Action read, string path)
    {
        try
        {
            read();
            return null;
        }
        catch (MasterFileException exception)
        {
            return exception.Message;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"'{path}' does not exist, or a file that it includes: create it, or correct the path ({exception.Message})";
        }
        catch (UnauthorizedAccessException)
        {
            return Directory.Exists(path)
                ? $"'{path}' is a directory: set a file in the format of RFC 1035"
                : $"'{path}' cannot be read by user '{Environment.UserName}': make it readable (chmod a+r), and what it includes, or run as a user that can read it";
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or NotSupportedException)
        {
            return $"'{path}' cannot be read: {exception.Message}";
        }
    }

    // A link in the place of an included file could lead out of the folder.
    private static byte[] ReadFile(string path, bool isMain)
    {
        using var file = isMain ? File.OpenRead(path) : RegularFile.OpenRead(path);
        var content = new MemoryStream();
        var part = new byte[64 * 1024];
        for (int length; content.Length <= MasterFileReader.MaxOctets && (length = file.Read(part)) > 0;)
            content.Write(part, 0, length);
        return content.ToArray();
    }
}
