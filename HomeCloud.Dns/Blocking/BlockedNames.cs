using HomeCloud.Dns.Blocking.Groups;
using HomeCloud.Dns.Blocking.Lists;

namespace HomeCloud.Dns.Blocking;

/// <summary>The rules in force, read once a query.</summary>
public sealed class BlockedNames
{
    private volatile BlockPolicy? _policy;
    private volatile int _answer = (int)BlockAnswer.Zero;

    /// <summary>Null when nothing is blocked for anybody: then a query costs one look at this.</summary>
    internal BlockPolicy? Policy
    {
        get => _policy;
        set => _policy = value;
    }

    /// <summary>What counts for devices that are in no group.</summary>
    internal BlockRules? Rules => _policy?.Everyone;

    /// <summary>Answers that led to a safe search engine.</summary>
    internal BlockCounter SafeSearchHits { get; } = new(BlockGroup.SafeSearch);

    /// <summary>A group has safe search: the addresses of search engines will be asked for.</summary>
    internal event Action? SafeSearchWanted;

    /// <summary>What is answered for a blocked name.</summary>
    internal BlockAnswer Answer
    {
        get => (BlockAnswer)_answer;
        set => _answer = (int)value;
    }

    internal void WantSafeSearch(bool isWanted)
    {
        if (isWanted)
            SafeSearchWanted?.Invoke();
    }
}
