using System.Runtime.CompilerServices;

namespace HomeCloud.Tests.Dns.Peers;

/// <summary>A line of intended-differences.txt: in which aspect we differ from a peer, for which questions, and why.</summary>
internal sealed record IntendedDifference(string Peer, string Question, string Aspect, string Reason)
{
    public bool IsUsed { get; set; }

    public static List<IntendedDifference> ReadAll([CallerFilePath] string here = "") =>
    [
        .. File.ReadLines(Path.Combine(Path.GetDirectoryName(here)!, "intended-differences.txt"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(parts => new IntendedDifference(parts[0], parts[1], parts[2], parts[3])),
    ];

    /// <summary>A question pattern is the beginning of <c>name TYPE shape</c>, or <c>*</c>, then perhaps a shape.</summary>
    public bool Covers(string peer, ComparedQuestion question, string aspect) =>
        Peer == peer && Aspect == aspect
        && (Question == "*" || Question == $"* {question.Shape}" || question.ToString().StartsWith(Question, StringComparison.OrdinalIgnoreCase));
}
