using System.Security.Cryptography;

namespace HomeCloud.Net.Files;

/// <summary>
/// Files that people and tools change while a program runs, and what is made of them. Their content alone tells of a change:
/// links, swapped folders, restored times and copies of the same size tell nothing. While a file cannot be read, or what they
/// hold is of no use (half written, or only one of two is renewed), what was made of them before goes on.
/// </summary>
/// <param name="read">Makes a new value of what the files hold, in the order of <paramref name="paths"/>.</param>
/// <param name="paths">One or more.</param>
public sealed class FollowedFiles<T>(Func<IReadOnlyList<byte[]>, T> read, params IReadOnlyList<string> paths)
    where T : class
{
    private readonly Lock _looking = new();
    private byte[][]? _seen;

    /// <summary>Runs before each look: makes files that are missing or too old, where they are ours to make.</summary>
    public Action? Prepare { get; init; }

    /// <summary>What was made of the files; null before the first look that succeeded.</summary>
    public T? Value { get; private set; }

    /// <summary>Why the last look failed; null after one that succeeded.</summary>
    public Exception? Problem { get; private set; }

    public FollowedLook Look()
    {
        lock (_looking)
        {
            try
            {
                Prepare?.Invoke();
                byte[][] now = [.. paths.Select((path, index) => Read(path, _seen?[index]))];
                if (_seen is null || !now.SequenceEqual(_seen))
                {
                    Value = read(now);
                    _seen = now;
                    Problem = null;
                    return FollowedLook.Changed;
                }

                var wasUnusable = Problem is not null;
                Problem = null;
                return wasUnusable ? FollowedLook.Usable : FollowedLook.Same;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
            {
                var isNew = exception.Message != Problem?.Message;
                Problem = exception;
                return isNew ? FollowedLook.Unusable : FollowedLook.Same;
            }
        }
    }

    /// <returns>The very same array while the file holds what it held: a long file that does not change costs no memory.</returns>
    private static byte[] Read(string path, byte[]? seen)
    {
        using var file = File.OpenRead(path);
        if (seen is not null && Holds(file, seen))
            return seen;
        file.Position = 0;
        using var content = new MemoryStream();
        file.CopyTo(content);
        return content.ToArray();
    }

    private static bool Holds(FileStream file, ReadOnlySpan<byte> seen)
    {
        Span<byte> part = stackalloc byte[4096];
        for (var length = 0; ; seen = seen[length..])
        {
            length = file.Read(part);
            if (length == 0)
                return seen.IsEmpty;
            if (!seen.StartsWith(part[..length]))
                return false;
        }
    }
}

/// <summary>What a look at followed files found.</summary>
public enum FollowedLook
{
    /// <summary>Nothing that the look before had not found.</summary>
    Same,

    /// <summary>They were read for the first time, or hold something else.</summary>
    Changed,

    /// <summary>They cannot be read or used, for another reason than before, if they could not before.</summary>
    Unusable,

    /// <summary>They can be read again, and hold what they held.</summary>
    Usable,
}
