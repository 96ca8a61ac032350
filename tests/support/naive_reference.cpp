#include "tests/support/naive_reference.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace stratoscope::support {
namespace {

Matrix<double> values_for(const Matrix<float>& rows, Distance distance) {
    Matrix<double> out(rows.rows(), rows.cols());
    for (std::size_t i = 0; i < rows.rows(); ++i)
        for (std::size_t j = 0; j < rows.cols(); ++j)
            out(i, j) = rows(i, j);
    if (distance == Distance::cosine)
        for (std::size_t i = 0; i < rows.rows(); ++i) {
            double squared = 0.0;
            for (const double x : out.row(i))
                squared += x * x;
            for (double& x : out.row(i))
                x = squared > 0.0 ? x / std::sqrt(squared) : 0.0;
        }
    if (distance == Distance::hamming)
        for (std::size_t j = 0; j < rows.cols(); ++j) {
            std::vector<double> column;
            for (std::size_t i = 0; i < rows.rows(); ++i)
                column.push_back(out(i, j));
            std::sort(column.begin(), column.end());
            const std::size_t n = column.size();
            const double median = n % 2 == 1 ? column[n / 2] : 0.5 * (column[n / 2 - 1] + column[n / 2]);
            for (std::size_t i = 0; i < n; ++i)
                out(i, j) = out(i, j) > median ? 1.0 : out(i, j) < median ? -1.0 : 0.0;
        }
    return out;
}

// HSIC does not change when all rows move together; here they move to their mean, since far from the origin
// even float64 has no digits left for kernels of kernels.
Matrix<double> kernel_of(const Matrix<float>& rows) {
    std::vector<double> mean(rows.cols());
    for (std::size_t i = 0; i < rows.rows(); ++i)
        for (std::size_t d = 0; d < rows.cols(); ++d)
            mean[d] += rows(i, d) / static_cast<double>(rows.rows());
    Matrix<double> kernel(rows.rows(), rows.rows());
    for (std::size_t i = 0; i < rows.rows(); ++i)
        for (std::size_t j = 0; j < rows.rows(); ++j)
            for (std::size_t d = 0; d < rows.cols(); ++d)
                kernel(i, j) += (rows(i, d) - mean[d]) * (rows(j, d) - mean[d]);
    return kernel;
}

double hsic_unbiased(Matrix<double> k, Matrix<double> l) {
    const std::size_t size = k.rows();
    const auto n = static_cast<double>(size);
    double trace = 0.0;
    double sum_k = 0.0;
    double sum_l = 0.0;
    double both = 0.0;
    for (std::size_t i = 0; i < size; ++i)
        k(i, i) = l(i, i) = 0.0;
    for (std::size_t i = 0; i < size; ++i) {
        double row_k = 0.0;
        double row_l = 0.0;
        for (std::size_t j = 0; j < size; ++j) {
            trace += k(i, j) * l(j, i);
            row_k += k(i, j);
            row_l += l(i, j);
        }
        sum_k += row_k;
        sum_l += row_l;
        both += row_k * row_l;
    }
    return (trace + sum_k * sum_l / ((n - 1) * (n - 2)) - 2.0 / (n - 2) * both) / (n * (n - 3));
}

Matrix<double> centred(const Matrix<double>& k) {
    const auto n = static_cast<double>(k.rows());
    std::vector<double> mean(k.rows());
    double all = 0.0;
    for (std::size_t i = 0; i < k.rows(); ++i)
        for (std::size_t j = 0; j < k.rows(); ++j) {
            mean[i] += k(i, j) / n;
            all += k(i, j) / (n * n);
        }
    Matrix<double> out = k;
    for (std::size_t i = 0; i < k.rows(); ++i)
        for (std::size_t j = 0; j < k.rows(); ++j)
            out(i, j) += all - mean[i] - mean[j];
    return out;
}

double hsic_biased(const Matrix<double>& k, const Matrix<double>& l) {
    const Matrix<double> a = centred(k);
    const Matrix<double> b = centred(l);
    double sum = 0.0;
    for (std::size_t i = 0; i < a.rows(); ++i)
        for (std::size_t j = 0; j < a.rows(); ++j)
            sum += a(i, j) * b(i, j);
    return sum;
}

} // namespace

Matrix<double> naive_squared_distances(const Matrix<float>& rows, Distance distance) {
    const Matrix<double> values = values_for(rows, distance);
    Matrix<double> out(rows.rows(), rows.rows());
    for (std::size_t i = 0; i < rows.rows(); ++i)
        for (std::size_t j = 0; j < rows.rows(); ++j)
            for (std::size_t d = 0; d < rows.cols(); ++d)
                out(i, j) += (values(i, d) - values(j, d)) * (values(i, d) - values(j, d));
    return out;
}

Matrix<double> naive_ranks(const Matrix<double>& d2) {
    const std::size_t n = d2.rows();
    Matrix<double> ranks(n, n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            if (i == j)
                continue;
            double below = 0.0;
            double equal = 0.0;
            for (std::size_t m = 0; m < n; ++m) {
                if (m == i)
                    continue;
                below += d2(i, m) < d2(i, j);
                equal += d2(i, m) == d2(i, j);
            }
            ranks(i, j) = below + (1.0 + equal) / 2.0;
        }
    return ranks;
}

Matrix<double> naive_weights(const Matrix<double>& d2, std::size_t k) {
    const std::size_t n = d2.rows();
    Matrix<double> weights(n, n);
    for (std::size_t i = 0; i < n; ++i) {
        std::vector<double> row;
        for (std::size_t j = 0; j < n; ++j)
            if (j != i)
                row.push_back(d2(i, j));
        std::sort(row.begin(), row.end());
        const double last = row[k - 1];
        const auto below = static_cast<double>(std::lower_bound(row.begin(), row.end(), last) - row.begin());
        const auto tied = static_cast<double>(std::upper_bound(row.begin(), row.end(), last) -
                                              std::lower_bound(row.begin(), row.end(), last));
        for (std::size_t j = 0; j < n; ++j)
            if (j != i)
                weights(i, j) = d2(i, j) < last    ? 1.0
                                : d2(i, j) == last ? (static_cast<double>(k) - below) / tied
                                                   : 0.0;
    }
    return weights;
}

std::vector<double> naive_divergence(const Matrix<float>& a, const Matrix<float>& b, std::size_t k,
                                     Distance distance) {
    const std::size_t n = a.rows();
    const Matrix<double> weights = naive_weights(naive_squared_distances(a, distance), k);
    const Matrix<double> ranks = naive_ranks(naive_squared_distances(b, distance));
    std::vector<double> out(n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            out[i] += 2.0 / (static_cast<double>(n) * static_cast<double>(k)) * weights(i, j) * ranks(i, j);
    return out;
}

double naive_information_imbalance(const Matrix<float>& a, const Matrix<float>& b, std::size_t k,
                                   Distance distance) {
    const std::vector<double> c = naive_divergence(a, b, k, distance);
    return std::accumulate(c.begin(), c.end(), 0.0) / static_cast<double>(c.size());
}

double naive_overlap(const Matrix<float>& a, const Matrix<float>& b, std::size_t k, Distance distance) {
    const Matrix<double> wa = naive_weights(naive_squared_distances(a, distance), k);
    const Matrix<double> wb = naive_weights(naive_squared_distances(b, distance), k);
    double sum = 0.0;
    for (std::size_t i = 0; i < wa.rows(); ++i)
        for (std::size_t j = 0; j < wa.rows(); ++j)
            sum += wa(i, j) * wb(i, j);
    return sum / static_cast<double>(k * wa.rows());
}

double naive_cka(const Matrix<float>& a, const Matrix<float>& b, bool unbiased) {
    const Matrix<double> k = kernel_of(a);
    const Matrix<double> l = kernel_of(b);
    const auto hsic = [unbiased](const Matrix<double>& x, const Matrix<double>& y) {
        return unbiased ? hsic_unbiased(x, y) : hsic_biased(x, y);
    };
    return hsic(k, l) / std::sqrt(hsic(k, k) * hsic(l, l));
}

} // namespace stratoscope::support
