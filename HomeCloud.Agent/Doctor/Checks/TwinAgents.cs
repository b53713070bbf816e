using System.Globalization;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Agent.Naming;
using HomeCloud.Registry;
using HomeCloud.Registry.Redis;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Machines that use one agent id: the registry refuses the second one, and keeps who it was. Every machine's doctor says so.</summary>
internal static class TwinAgents
{
    private const int MostFields = 100_000;
    private const int LongestName = 150;
    private const string Hold = "hold ";
    private const string Rival = "rival ";

    // A refused agent asks again every ten seconds.
    private static readonly TimeSpan Recently = TimeSpan.FromMinutes(2);

    public static async Task<IReadOnlyList<Finding>> FindAsync(RedisSession session, RegistryOptions options, CancellationToken cancellationToken)
    {
        if (await session.AskPairAsync(cancellationToken, "TIME") is not var (seconds, _) || !long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var now))
            return [];
        var fields = await session.AskListAsync(MostFields, cancellationToken, "HGETALL", new RedisKeys(options.RedisPrefix).Sessions);
        var holders = Enumerable.Range(0, fields.Count / 2).Select(i => (Field: fields[2 * i], Value: fields[(2 * i) + 1])).ToList();
        List<Finding> findings = [];
        foreach (var (field, value) in holders.Where(pair => pair.Field.StartsWith(Rival, StringComparison.Ordinal)))
        {
            var owner = field[Rival.Length..];
            var rival = value.Split(' ', 2);
            var holder = holders.Find(pair => pair.Field == Hold + owner).Value?.Split(' ', 3);
            if (rival.Length < 2 || holder is not { Length: 3 } || !long.TryParse(rival[0], NumberStyles.None, CultureInfo.InvariantCulture, out var when)
                || TimeSpan.FromSeconds(now - (when / 1000)).Duration() > Recently)
            {
                continue;
            }

            findings.Add(Finding.Problem(
                $"Two machines use the agent id '{PlainText.From(owner, LongestName)}': {PlainText.From(holder[2], LongestName)} holds it, and the names of {PlainText.From(rival[1], LongestName)} are refused.",
                "Set another agent-id in /etc/homecloud/agent.json of one of them; or change its host name (with compose HOMECLOUD_HOST in .env) and delete agent-id in its data directory. Then restart its agent (docs/several-machines.md)."));
        }

        return findings;
    }
}
