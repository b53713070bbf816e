namespace HomeCloud.Dns.Blocking.Lists;

/// <summary>What a list says of a name: four bits beside its hash.</summary>
[Flags]
internal enum RuleKinds : byte
{
    None = 0,
    BlocksName = 1,
    BlocksBelow = 2,

    /// <summary>Not blocked by this list or a later one (RPZ's <c>rpz-passthru.</c>).</summary>
    PassesName = 4,
    PassesBelow = 8,

    Blocks = BlocksName | BlocksBelow,

    /// <summary>Never blocked, with all below it, whatever list says so (Adblock's <c>@@</c>, and <c>--allow</c>). No list says both of these of one name.</summary>
    Exception = BlocksName | PassesName,
}

internal static class RuleMerging
{
    /// <summary>What two rules of one list for one name come to: a rule that lets pass is the better informed one.</summary>
    public static RuleKinds With(this RuleKinds first, RuleKinds second)
    {
        if (first.IsException() || second.IsException())
            return RuleKinds.Exception;
        var both = first | second;
        if ((both & RuleKinds.PassesName) != 0)
            both &= ~RuleKinds.BlocksName;
        if ((both & RuleKinds.PassesBelow) != 0)
            both &= ~RuleKinds.BlocksBelow;
        return both;
    }

    public static bool IsException(this RuleKinds kinds) => (kinds & RuleKinds.Exception) == RuleKinds.Exception;
}
