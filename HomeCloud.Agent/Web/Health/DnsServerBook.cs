using System.Text;
using HomeCloud.Net.Files;

namespace HomeCloud.Agent.Web.Health;

/// <summary>
/// The DNS servers that the home has, by name, one a line: after a power cut the one that does not come back is still missed. A file
/// that cannot be read or written costs only that.
/// </summary>
public sealed class DnsServerBook(string path)
{
    /// <summary>More than a home has; any program that may write to Redis can name some.</summary>
    public const int Most = 32;

    private HashSet<string>? _names;

    public IReadOnlyCollection<string> Names => _names ??= Read();

    public void Keep(IEnumerable<string> names)
    {
        var now = names.ToHashSet(StringComparer.Ordinal);
        if (now.SetEquals(Names))
            return;
        _names = now;
        try
        {
            AtomicFile.Write(path, Encoding.UTF8.GetBytes(string.Concat(now.Order(StringComparer.Ordinal).Select(name => name + "\n"))));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Written at the next change.
            return;
        }
    }

    private HashSet<string> Read()
    {
        try
        {
            return File.ReadLines(path).Where(name => name.Length > 0).Take(Most).ToHashSet(StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
