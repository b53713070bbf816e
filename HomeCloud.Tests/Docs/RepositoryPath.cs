using System.Text.RegularExpressions;

namespace HomeCloud.Tests.Docs;

/// <summary>
/// Names of files and folders of this repository in documents: <c>HomeCloud.Net/Wire</c>, shorter <c>Net/Wire/DnsName</c>, or a
/// file's name alone, such as <c>compose.yaml</c>. Folders, programs and
/// compose.override.yaml of a user's machine are none.
/// </summary>
internal static partial class RepositoryPath
{
    private const string Project = "HomeCloud.";

    private static readonly string[] NotOurs = [".git", "artifacts"];

    private static readonly HashSet<string> Top =
        [.. Directory.EnumerateFileSystemEntries(Documents.Root()).Select(path => Path.GetFileName(path)!).Except(NotOurs)];

    private static readonly Lazy<HashSet<string>> FileNames = new(() => [.. Top.SelectMany(FilesIn).Select(path => Path.GetFileName(path)!)]);

    /// <summary>Every page, also those that no user reads.</summary>
    public static IEnumerable<string> Pages() => Top.SelectMany(FilesIn)
        .Where(path => path.EndsWith(".md", StringComparison.Ordinal))
        .Select(path => Path.GetRelativePath(Documents.Root(), path));

    /// <summary>Whether a piece of code in a text can be nothing else.</summary>
    public static bool IsMeant(string code) =>
        PathCharacters().IsMatch(code)
        && (code.Contains('/', StringComparison.Ordinal) ? Top.Contains(First(code)) || Top.Contains(Project + First(code)) : SourceFile().IsMatch(code));

    public static bool Exists(string code) => code.Contains('/', StringComparison.Ordinal)
        ? new[] { code, code + ".cs", Project + code, Project + code + ".cs" }.Any(path => Path.Exists(Path.Combine(Documents.Root(), path)))
        : FileNames.Value.Contains(code);

    private static string First(string path) => (path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path).Split('/')[0];

    private static IEnumerable<string> FilesIn(string top)
    {
        var path = Path.Combine(Documents.Root(), top);
        return File.Exists(path) ? [path] : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories);
    }

    [GeneratedRegex(@"^[\w./-]+\z")]
    private static partial Regex PathCharacters();

    [GeneratedRegex(@"^\w[\w.-]*\.(cs|csproj|props|razor|scenario|sln)\z|^compose(?!\.override)[\w.-]*\.yaml\z")]
    private static partial Regex SourceFile();
}
