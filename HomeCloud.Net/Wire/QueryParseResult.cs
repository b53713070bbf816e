namespace HomeCloud.Net.Wire;

public enum QueryParseResult
{
    /// <summary>A well-formed query, of any opcode, with at most one question.</summary>
    Query,

    /// <summary>Shorter than a header, or a response: answering could start a loop, so nothing is sent.</summary>
    NotAQuery,

    /// <summary>The header can be read, the rest cannot; the query's flags and, when the question was readable, its extent are set.</summary>
    FormatError,
}
