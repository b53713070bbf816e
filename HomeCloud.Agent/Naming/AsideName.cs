namespace HomeCloud.Agent.Naming;

/// <summary>
/// What a container of ours is called while another one has its server's name: <c>airplay.next</c> before it takes over,
/// <c>airplay.before-1f2e3d4c</c> after it was replaced, kept to go back to. No server can have such a name, as it has a dot.
/// </summary>
public static class AsideName
{
    private const string NextSuffix = ".next";
    private const string BeforeMark = ".before-";
    private const int ShortId = 8;

    public static string Next(string server) => server + NextSuffix;

    /// <param name="server">Whose name it had.</param>
    /// <param name="id">Its id, so that two of one server never collide.</param>
    public static string Before(string server, string id) => server + BeforeMark + id[..Math.Min(ShortId, id.Length)];

    /// <returns>The server; null when the name is no such name.</returns>
    public static string? ServerOf(string container)
    {
        if (container.EndsWith(NextSuffix, StringComparison.Ordinal))
            return container[..^NextSuffix.Length];

        var mark = container.IndexOf(BeforeMark, StringComparison.Ordinal);
        return mark > 0 ? container[..mark] : null;
    }

    public static bool IsNext(string container) => container.EndsWith(NextSuffix, StringComparison.Ordinal);
}
