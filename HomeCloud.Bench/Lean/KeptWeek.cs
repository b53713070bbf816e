using System.Text.Json;
using HomeCloud.Dns.Telemetry.Queries;
using HomeCloud.Registry.Figures;

namespace HomeCloud.Bench.Lean;

/// <summary>
/// The files that an agent has after a week at home: what each server used, and what the DNS server answered. They are written here,
/// because nobody waits a week for a measurement; <see cref="IsShown"/> proves that the agent took them.
/// </summary>
internal static class KeptWeek
{
    // Length of a step in seconds, and how many are kept.
    private static readonly (int Step, int Count)[] Usage = [(60, 60), (300, 288), (1_800, 336)];
    private static readonly (int Step, int Count)[] Answers = [(60, 125), (300, 300), (1_800, 345)];

    /// <param name="folder">The agent's data directory. The agent must not run.</param>
    /// <param name="servers">Their names.</param>
    public static void Write(string folder, IReadOnlyCollection<string> servers)
    {
        var (now, random) = (DateTimeOffset.UtcNow.ToUnixTimeSeconds(), new Random(21));
        File.WriteAllBytes(Path.Combine(folder, "usage.bin"), OfServers(servers, now, random));
        File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "dns")).FullName, "figures.bin"), OfDns(now, random));
    }

    /// <summary>Whether the agent shows a whole week of this server.</summary>
    public static bool IsShown(string socket, string server)
    {
        using var week = JsonDocument.Parse(PageWeight.Text(socket, $"/api/v1/servers/{server}/usage?range=week"));
        return week.RootElement.GetProperty("steps").GetArrayLength() >= Usage[^1].Count - 2;
    }

    private static byte[] OfServers(IReadOnlyCollection<string> servers, long now, Random random)
    {
        var numbers = new SealedNumbers("homecloud-usage 1\n"u8);
        numbers.Write(servers.Count);
        foreach (var server in servers)
        {
            numbers.Write(server);
            foreach (var (step, count) in Usage)
            {
                numbers.Write(step);
                numbers.Write(count);
                for (var i = 0; i < count; i++)
                {
                    // The first says where it begins, the others how many steps later than the one before.
                    numbers.Write(i == 0 ? (now / step) - count : 1);
                    numbers.Write(step);
                    foreach (var figure in (ReadOnlySpan<float>)[random.NextSingle() * step, random.NextSingle() * 512 * step, random.NextSingle() * 100 * step, random.NextSingle() * 100 * step])
                        numbers.Write(BitConverter.SingleToUInt32Bits(figure));
                }
            }
        }

        return numbers.Seal();
    }

    private static byte[] OfDns(long now, Random random)
    {
        var numbers = new SealedNumbers("homecloud-figures 1\n"u8);
        foreach (var (step, count) in Answers)
        {
            numbers.Write(step);
            numbers.Write(count);
            for (var i = count; i > 0; i--)
            {
                numbers.Write(((now / step) - i) * step);
                numbers.Write(step);
                for (var j = 0; j < DnsCounts.Length; j++)
                    numbers.Write(random.Next(step));
            }
        }

        return numbers.Seal();
    }
}
