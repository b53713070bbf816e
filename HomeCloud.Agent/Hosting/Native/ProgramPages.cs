using System.Globalization;
using System.Runtime.InteropServices;

namespace HomeCloud.Agent.Hosting.Native;

/// <summary>
/// The pages of the program's own file. A start touches nearly all of it, and runs most of it once. Given back, they are no longer
/// this process's: the kernel keeps them for as long as it likes, and what runs again is mapped again.
/// </summary>
internal static class ProgramPages
{
    private const int DontNeed = 4;

    /// <summary>Gives back code and constants. What was written, as by relocation, is left alone: it is nowhere else.</summary>
    public static void GiveBack()
    {
        if (!OperatingSystem.IsLinux() || Environment.ProcessPath is not { } program)
            return;
        try
        {
            foreach (var (start, length) in Untouched(File.ReadLines("/proc/self/smaps"), program))
                _ = Advise((nint)start, (nuint)length, DontNeed);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // No such file, as in some sandboxes: then it stays as it is.
        }
    }

    /// <summary>Mappings of <paramref name="program"/> that cannot be written, and of which no page was: proc(5).</summary>
    internal static IEnumerable<(ulong Start, ulong Length)> Untouched(IEnumerable<string> lines, string program)
    {
        (ulong Start, ulong End)? mapping = null;
        foreach (var line in lines)
        {
            if (line.Length > 0 && (char.IsAsciiDigit(line[0]) || char.IsAsciiLetterLower(line[0])))
            {
                mapping = Read(line, program);
            }
            else if (mapping is { } found && line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                if (line["Anonymous:".Length..].Trim() == "0 kB")
                    yield return (found.Start, found.End - found.Start);
                mapping = null;
            }
        }
    }

    private static (ulong Start, ulong End)? Read(string line, string program)
    {
        var words = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 6 && words[5] == program && !words[1].Contains('w', StringComparison.Ordinal) && words[0].Split('-') is [var from, var to]
            && ulong.TryParse(from, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var start)
            && ulong.TryParse(to, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var end) && end > start
            ? (start, end)
            : null;
    }

    [DllImport("libc", EntryPoint = "madvise")]
    private static extern int Advise(nint address, nuint length, int advice);
}
