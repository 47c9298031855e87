package dev.apiserversource.controller.apiserversource;

import io.cloudevents.sql.ParseException;
import io.cloudevents.sql.Parser;
import io.cloudevents.sql.generated.CESQLParserLexer;
import io.cloudevents.sql.generated.CESQLParserParser;
import io.cloudevents.sql.impl.parser.CaseChangingCharStream;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the first syntax error of an expression in CloudEvents SQL, as the adapter does. */
final class CesqlCheck {

    private CesqlCheck() {}

    /** Line, column and message of the first error. */
    static Optional<String> problem(String expression) {
        List<String> errors = syntaxErrors(expression);
        if (!errors.isEmpty()) {
            return Optional.of(errors.get(0));
        }
        try {
            Parser.parseDefault(expression);
            return Optional.empty();
        } catch (ParseException unusable) {
            return Optional.of("line 1, column " + (unusable.getInterval().a + 1) + ": " + unusable.getMessage());
        }
    }

    /** By the grammar: {@link Parser} hides some errors, and throws a NullPointerException for others. */
    private static List<String> syntaxErrors(String expression) {
        List<String> errors = new ArrayList<>();
        BaseErrorListener listener = new BaseErrorListener() {
            @Override
            public void syntaxError(
                    Recognizer<?, ?> recognizer,
                    @Nullable Object symbol,
                    int line,
                    int column,
                    String message,
                    @Nullable RecognitionException cause) {
                errors.add("line " + line + ", column " + (column + 1) + ": " + message);
            }
        };
        CESQLParserLexer lexer =
                new CESQLParserLexer(new CaseChangingCharStream(CharStreams.fromString(expression), true));
        lexer.removeErrorListeners();
        lexer.addErrorListener(listener);
        CESQLParserParser parser = new CESQLParserParser(new CommonTokenStream(lexer));
        parser.removeErrorListeners();
        parser.addErrorListener(listener);
        parser.cesql();
        return errors;
    }
}
