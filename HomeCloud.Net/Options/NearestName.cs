namespace HomeCloud.Net.Options;

/// <summary>Finds what a misspelt name was meant to be.</summary>
public static class NearestName
{
    /// <returns>The known name nearest to the misspelt one, if near enough to be meant.</returns>
    public static string? Of(string name, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(known);
        var best = known.Select(candidate => (candidate, distance: Distance(name, candidate))).OrderBy(pair => pair.distance).FirstOrDefault();
        return best.candidate is not null && best.distance <= Math.Max(1, name.Length / 4) ? best.candidate : null;
    }

    /// <summary>Damerau–Levenshtein distance: insertions, deletions, substitutions, and two neighbours exchanged.</summary>
    private static int Distance(string a, string b)
    {
        var cells = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    cells[i, j] = i + j;
                    continue;
                }

                var least = Math.Min(cells[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), 1 + Math.Min(cells[i - 1, j], cells[i, j - 1]));
                cells[i, j] = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] ? Math.Min(least, cells[i - 2, j - 2] + 1) : least;
            }
        }

        return cells[a.Length, b.Length];
    }
}
