package dev.apiserversource.adapter.filter;

import io.cloudevents.CloudEvent;
import io.cloudevents.sql.Expression;
import io.cloudevents.sql.ParseException;
import io.cloudevents.sql.Parser;
import io.cloudevents.sql.Result;
import io.cloudevents.sql.generated.CESQLParserLexer;
import io.cloudevents.sql.generated.CESQLParserParser;
import io.cloudevents.sql.impl.parser.CaseChangingCharStream;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.jspecify.annotations.Nullable;

/**
 * The dialect {@code cesql}: an expression in <a
 * href="https://github.com/cloudevents/spec/blob/main/cesql/spec.md">CloudEvents SQL</a> that must be true.
 *
 * <p>The parser and its grammar are loaded with the first expression, so that other sources do not pay for them.
 */
public final class CesqlFilter implements EventFilter {

    private final String text;
    private final Expression expression;

    private CesqlFilter(String text, Expression expression) {
        this.text = text;
        this.expression = expression;
    }

    /**
     * A filter by the expression {@code text}.
     *
     * @throws CesqlException if it is malformed
     */
    public static CesqlFilter of(String text) throws CesqlException {
        checkSyntax(text);
        try {
            return new CesqlFilter(text, Parser.parseDefault(text));
        } catch (ParseException unusable) {
            throw new CesqlException(1, unusable.getInterval().a + 1, String.valueOf(unusable.getMessage()));
        }
    }

    /**
     * {@link Parser} does not report characters that are in no token. For a token too many it throws a
     * NullPointerException. So the syntax is checked by its grammar first.
     */
    private static void checkSyntax(String text) throws CesqlException {
        FirstError first = new FirstError();
        CESQLParserLexer lexer = new CESQLParserLexer(new CaseChangingCharStream(CharStreams.fromString(text), true));
        lexer.removeErrorListeners();
        lexer.addErrorListener(first);
        CESQLParserParser parser = new CESQLParserParser(new CommonTokenStream(lexer));
        parser.removeErrorListeners();
        parser.addErrorListener(first);
        parser.cesql();
        if (first.error != null) {
            throw first.error;
        }
    }

    private static final class FirstError extends BaseErrorListener {

        private @Nullable CesqlException error;

        @Override
        public void syntaxError(
                Recognizer<?, ?> recognizer,
                @Nullable Object symbol,
                int line,
                int column,
                String message,
                @Nullable RecognitionException cause) {
            if (error == null) {
                error = new CesqlException(line, column + 1, message);
            }
        }
    }

    /** An expression that fails, for example because an attribute is missing, is false. */
    @Override
    public boolean test(CloudEvent event) {
        Result result = expression.evaluate(event);
        return !result.isFailed() && isTrue(result.value());
    }

    /** The result is cast to a Boolean. A number cannot be. */
    private static boolean isTrue(@Nullable Object value) {
        return value instanceof Boolean is ? is : value instanceof String text && text.equalsIgnoreCase("true");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CesqlFilter that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "cesql " + text;
    }
}
