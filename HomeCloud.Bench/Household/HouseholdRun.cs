using HomeCloud.Bench.Lean;
using HomeCloud.Bench.Measuring;

namespace HomeCloud.Bench.Household;

/// <summary>All parts of <c>./bench household</c>.</summary>
internal sealed class HouseholdRun(HouseholdOptions options, Action<string> say, CancellationToken stop)
{
    /// <summary>Names for <c>--only</c>.</summary>
    public static IReadOnlyList<string> Parts { get; } = ["size", "hits", "update", "validated", "cold", "udp"];

    public List<LeanFigure> Figures { get; } = [];

    public List<string> Notes { get; } = [];

    public void Run()
    {
        using var servers = new MeasuredServers(say, stop);
        Affinity.PinClient(pinned: true);
        try
        {
            if (options.Only.Count == 0 || options.Only.Intersect(["size", "hits", "update"]).Any())
                Blocking(servers);
            if (options.Wants("validated") || options.Wants("cold"))
                Validation(servers);
            if (options.Wants("udp") && options.Against is { } against)
                Figures.AddRange(BuildComparison.Udp(options.Programs, against, options.Rounds, say, stop));
        }
        finally
        {
            Affinity.PinClient(pinned: false);
        }
    }

    private void Blocking(MeasuredServers servers)
    {
        var list = BlockedList.Write(servers.Folder, options.Names);
        say($"{options.Names:N0} names, {list.Octets >> 20} MB of text");
        if (options.Wants("size"))
            Figures.AddRange(ListSize.Measure(servers, list, options, Notes));
        if (options.Wants("hits"))
            Figures.AddRange(AnswerCost.Measure(servers, list, options));
        if (options.Wants("update"))
            Figures.AddRange(ListUpdate.Measure(servers, list, options));
    }

    private void Validation(MeasuredServers servers)
    {
        var tree = SignedTree.Make(options.Rounds + 1, stop);
        var upstream = SignedUpstream.Start(tree);
        ValidationCost.WriteAnchor(servers, tree);
        say("the tree is signed");
        if (options.Wants("validated"))
            Figures.AddRange(ValidationCost.Cached(servers, tree, upstream, options));
        if (options.Wants("cold"))
            Figures.AddRange(ValidationCost.Cold(servers, tree, upstream, options, Notes));
    }
}
