using System.Text.RegularExpressions;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers.Planning;

/// <summary>
/// <c>NAME:/path</c>, <c>/folder:/path</c> and <c>VOLUME:/path:shared</c>, each with <c>ro</c> where it is only read. Folders are
/// checked against the one that may be mounted from.
/// </summary>
internal static partial class MountParser
{
    /// <param name="text">As asked for.</param>
    /// <param name="mountRoot">Folders must lie below it; empty for none.</param>
    public static Outcome<MountPlan> Parse(string text, string mountRoot)
    {
        var parts = text.Split(':');
        var options = parts.Length == 3 ? parts[2].Split(',') : [];
        if (parts.Length is < 2 or > 3 || options.Any(o => o is not ("ro" or "rw" or "shared")) || (options.Contains("ro") && options.Contains("rw")))
            return Invalid(text, "Write NAME:/path or /folder:/path; add :ro for read-only, and :shared for a volume that other containers mount too.");

        var target = parts[1];
        if (!target.StartsWith('/') || target == "/" || target.Contains("..", StringComparison.Ordinal) || target.Any(char.IsControl))
            return Invalid(text, "The path inside the container must be absolute (example: /data).");

        var source = parts[0];
        var (readOnly, shared) = (options.Contains("ro"), options.Contains("shared"));
        if (source.StartsWith('/') || source.StartsWith('.') || source.StartsWith('~'))
        {
            if (!Path.IsPathFullyQualified(source) && mountRoot.Length > 0)
                return Invalid(source, "Use the folder's absolute path.");

            var folder = AllowedFolder.Resolve(source, mountRoot);
            return folder.IsSuccess ? new MountPlan(folder.Value, target, readOnly, MountKind.Folder) : folder.Problem;
        }

        return VolumeRule().IsMatch(source)
            ? new MountPlan(source, target, readOnly, shared ? MountKind.SharedVolume : MountKind.Volume)
            : Invalid(text, "A volume's name has letters, digits, dots, hyphens and underscores.");
    }

    private static ServerProblem Invalid(string text, Phrase fix) => new(ProblemCode.InvalidVolume, $"{text} is not a valid volume.", fix);

    [GeneratedRegex(@"^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,126}\z")]
    private static partial Regex VolumeRule();
}
