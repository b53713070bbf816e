using System.Globalization;
using System.Text;
using HomeCloud.Net.Files;

namespace HomeCloud.Dns.Validation.Following;

/// <summary>
/// Where <see cref="FollowedKeys"/> survive a restart: whole or not at all. A line is <c>STATE TIME TAG HEX</c>, the last one says how
/// many there are.
/// </summary>
internal sealed class FollowedKeysFile(string dataDirectory)
{
    private const string Head = "homecloud-dns root keys 1";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    // Of hexadecimal keys of 4096 bits and more.
    private const int Largest = FollowedKeys.MostKeys * 4_096;

    private static readonly Dictionary<KeyState, string> Names = new()
    {
        [KeyState.AddPend] = "pending",
        [KeyState.Valid] = "valid",
        [KeyState.Missing] = "missing",
        [KeyState.Revoked] = "revoked",
        [KeyState.Removed] = "removed",
    };

    public string Path { get; } = System.IO.Path.Combine(dataDirectory, "dns-root-keys");

    /// <exception cref="IOException">The disk is full, or the like: all is as before.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public void Write(FollowedKeys keys) => AtomicFile.Write(Path, Encoding.ASCII.GetBytes(Format(keys)));

    /// <returns>Nothing when there is no file.</returns>
    /// <exception cref="InvalidDataException">It is not such a file; the message says where.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public FollowedKeys Read()
    {
        if (!File.Exists(Path))
            return FollowedKeys.None;
        using var file = File.OpenRead(Path);
        if (file.Length > Largest)
            throw new InvalidDataException("it is too long");
        using var reader = new StreamReader(file, Encoding.ASCII);
        return Parse(reader.ReadToEnd());
    }

    public static string Format(FollowedKeys keys)
    {
        var text = new StringBuilder().Append(Head).Append('\n');
        foreach (var known in keys.All)
            text.Append(CultureInfo.InvariantCulture, $"{Names[known.State]} {known.Since.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)} {known.Key.Tag} {Convert.ToHexStringLower(known.Key.Data)}\n");
        return text.Append(CultureInfo.InvariantCulture, $"end {keys.All.Count}\n").ToString();
    }

    /// <exception cref="InvalidDataException">It is not such a file; the message says where.</exception>
    public static FollowedKeys Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines[0] != Head)
            throw new InvalidDataException($"its first line is not '{Head}'");

        // Head, end, and nothing behind the last line break.
        var count = lines.Length - 3;
        if (count is < 0 or > FollowedKeys.MostKeys || lines[^1].Length > 0 || lines[^2] != string.Create(CultureInfo.InvariantCulture, $"end {count}"))
            throw new InvalidDataException("its end is missing");
        var keys = new List<FollowedKey>();
        for (var i = 1; i <= count; i++)
        {
            if (ReadLine(lines[i]) is not { } read || keys.Exists(known => known.Key.Data.SequenceEqual(read.Key.Data)))
                throw new InvalidDataException($"line {i + 1} is damaged");
            keys.Add(read);
        }

        return new FollowedKeys(keys);
    }

    private static FollowedKey? ReadLine(string line)
    {
        if (line.Split(' ') is not [var state, var time, var tag, var hex] || !Names.ContainsValue(state)
            || !DateTimeOffset.TryParseExact(time, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var since)
            || !ushort.TryParse(tag, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var data = new byte[hex.Length / 2];
        if (Convert.FromHexString(hex, data, out var read, out _) != System.Buffers.OperationStatus.Done || read != hex.Length || ZoneKey.Read(data) is not { SignsZone: true } key)
            return null;
        return key.Tag == number && SignatureAlgorithm.IsSupported(key.Algorithm) ? new FollowedKey(key, Names.First(pair => pair.Value == state).Key, since) : null;
    }
}
